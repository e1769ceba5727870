import pytest

from maskwire.errors import BlockedError, Reason
from maskwire.wire.jsonspan import parse
from maskwire.wire.rules import rules
from maskwire.wire.web_shape import LIST, OBJECT, TEXT, Expected, WebFormat, check

SHAPE = (
    Expected("turns", LIST, needed=False),
    Expected("turns[].author", OBJECT),
    Expected("turns[].author.name", TEXT),
)


@pytest.mark.parametrize(
    "source",
    ["{}", '{"turns": null}', '{"turns": []}', '{"turns": [{"author": {"name": "x", "more": 1}}], "new": {}}'],
)
def test_a_body_of_the_known_shape_passes(source: str) -> None:
    check(parse(source), SHAPE)


@pytest.mark.parametrize(
    ("source", "place"),
    [
        ('{"turns": "packed"}', "turns"),
        ('{"turns": [{}]}', "author"),
        ('{"turns": ["packed"]}', "author"),
        ('{"turns": [{"author": null}]}', "author"),
        ('{"turns": [{"author": {"name": "x"}}, {"author": {"name": 3}}]}', "name"),
    ],
)
def test_another_shape_is_refused_with_the_place(source: str, place: str) -> None:
    with pytest.raises(BlockedError, match=rf"not of the shape .* at \$[^,]*{place},") as caught:
        check(parse(source), SHAPE)

    assert caught.value.reason is Reason.BODY_NOT_UNDERSTOOD


@pytest.mark.parametrize("body", [b"[]", b'"text"', b"not json"])
def test_a_body_that_is_no_object_is_refused(body: bytes) -> None:
    with pytest.raises(BlockedError) as caught:
        WebFormat(rules(), rules()).parse(body, "application/json", allow_media=False)

    assert caught.value.reason is Reason.BODY_NOT_UNDERSTOOD
