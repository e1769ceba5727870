import pytest

from maskwire.errors import VaultLocked
from maskwire.stream.restoration import Restoration, Tally
from maskwire.stream.restorer import restore_text
from maskwire.vault import Token
from tests.fakes.vault import FakeVault


def test_what_fails_the_keyed_check_is_neither_looked_up_nor_counted() -> None:
    asked: list[Token] = []
    told = Restoration(asked.append, Tally(), ours=lambda token: False)

    assert restore_text("Hi PERSON_K7Q2MXA4", told) == "Hi PERSON_K7Q2MXA4"
    assert asked == []
    assert told.tally == Tally()


@pytest.mark.parametrize(("token", "counted"), [("PERSON_K7Q2MXA4", 1), ("912-34-5678", 0), ("101-012-3456", 0)])
def test_only_what_text_hardly_shows_by_chance_counts_as_unresolved(token: str, counted: int) -> None:
    told = Restoration(FakeVault().resolve, Tally())

    assert told.value(Token(token), token) is None
    assert told.tally == Tally(unresolved=counted)


def test_a_locked_vault_counts_and_does_not_raise() -> None:
    def locked(token: Token) -> str | None:
        raise VaultLocked("locked")

    told = Restoration(locked, Tally())

    assert told.value(Token("912-34-5678"), "912-34-5678") is None
    assert told.tally == Tally(unresolved=1)


def test_an_empty_value_is_a_value() -> None:
    told = Restoration(lambda token: "", Tally())

    assert told.value(Token("PERSON_K7Q2MXA4"), "person k7q2mxa4") == ""
    assert told.tally == Tally(restored=1)


def test_a_value_is_said_as_its_name_is() -> None:
    told = Restoration(lambda token: "Jane Miller", Tally())

    assert told.value(Token("Jess Gupapabemoro"), "gupapabemoro") == "Miller"
    assert told.tally == Tally(restored=1)
