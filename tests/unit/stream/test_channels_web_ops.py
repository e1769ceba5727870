import pytest

from maskwire.stream.channels_web_ops import CHATGPT, DEEPSEEK, Dialect, Lengths, Sticky, UnknownPatch, below, patches
from maskwire.wire.jsonspan import parse


def read(source: str, now: Sticky, dialect: Dialect = CHATGPT) -> list[tuple[str, str]]:
    event = parse(source)
    return [(dialect.spell(p.path), p.action) for p in patches(event, now.after(event, source, dialect), dialect)]


def test_what_an_event_leaves_out_is_as_before() -> None:
    source = '{"p": "/a/b", "o": "append", "v": "x", "c": 3}'
    now = Sticky().after(parse(source), source, CHATGPT)

    assert now == Sticky("/a/b", "append", 3)
    assert read('{"v": "y"}', now) == [("/a/b", "append")]
    assert read('{"p": "/c", "v": "y"}', now) == [("/c", "append")]
    assert read('{"o": "replace", "v": "y"}', now) == [("/a/b", "replace")]


def test_a_path_without_an_action_sets_a_value_where_the_application_says_so() -> None:
    now = Sticky("response/content", "APPEND")

    assert read('{"p": "response/status", "v": "FINISHED"}', now, DEEPSEEK) == [("response/status", "SET")]


def test_the_paths_of_a_batch_start_at_its_own_or_at_the_root() -> None:
    batch = '{"p": "response", "o": "%s", "v": [{"p": "status", "o": "%s", "v": 1}]}'

    assert read(batch % ("BATCH", "SET"), Sticky(), DEEPSEEK) == [("response/status", "SET")]
    assert read(batch % ("patch", "replace"), Sticky()) == [("/status", "replace")]


def test_a_whole_message_starts_a_document_whatever_was_done_before() -> None:
    assert read('{"v": {"message": {}}}', Sticky("/a", "append")) == [("/", "replace")]


@pytest.mark.parametrize("source", ['{"p": "/a", "o": "append"}', '{"o": 1, "v": 2}', '{"p": "/a", "o": "?", "v": 1}'])
def test_another_shape_is_no_patch(source: str) -> None:
    with pytest.raises(UnknownPatch):
        read(source, Sticky())


def test_places_counted_from_the_end_follow_the_arrays() -> None:
    lengths = Lengths()
    event = parse('{"v": {"list": [{"x": []}, {}]}}')
    [whole] = patches(event, Sticky(), CHATGPT)
    lengths.put(whole, CHATGPT)

    assert lengths.resolve(("list", "-1", "y")) == ("list", "1", "y")
    more = parse('{"p": "/list", "o": "append", "v": [{}, {}]}')
    [appended] = patches(more, Sticky("/list", "append"), CHATGPT)
    assert [path for path, _ in lengths.put(appended, CHATGPT)] == [("list", "2"), ("list", "3")]
    assert lengths.resolve(("list", "-1")) == ("list", "3")


def test_everything_below_a_value_has_its_path() -> None:
    found = [("/".join(path), node.text) for path, node in below(("r",), parse('{"a": ["x", {"b": "y"}]}'))]

    assert found == [("r", ""), ("r/a", ""), ("r/a/0", "x"), ("r/a/1", ""), ("r/a/1/b", "y")]
