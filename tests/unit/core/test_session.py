import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maskwire.errors import BlockedError, VaultError
from maskwire.policy import Action
from maskwire.session import Session, UnknownToken
from maskwire.spans import Span
from maskwire.tokens import Minter
from maskwire.vault import surrogate
from tests.fakes.vault import FakeVault
from tests.strategies.tokens import ENTITIES, value_of


def masked(entity: str, score: float) -> Action:
    return Action.MASK


def test_a_text_is_masked_and_restored() -> None:
    session = Session(FakeVault())
    text = "Ann Lee wrote to bob@corp.de about Ann Lee."
    spans = [Span(0, 7, "PERSON", 0.9, "r"), Span(17, 28, "EMAIL_ADDRESS", 1.0, "r")]
    result = session.mask_text(text, spans, masked)

    assert "Ann" not in result
    assert "bob" not in result
    assert session.restore_text(result) == text
    assert session.restore_text(f"https://crm.example/?q={result}") == f"https://crm.example/?q={text}"


@settings(deadline=None)
@given(st.sampled_from(ENTITIES), st.integers(0, 99_999))
def test_any_value_comes_back(entity: str, index: int) -> None:
    session = Session(FakeVault())
    value = value_of(entity, index)
    result = session.mask_text(f"<{value}>", [Span(1, 1 + len(value), entity, 1.0, "r")], masked)

    assert value not in result
    assert session.restore_text(result) == f"<{value}>"


def test_what_is_allowed_stays() -> None:
    session = Session(FakeVault())

    assert session.mask_text("Ann", [Span(0, 3, "PERSON", 0.9, "r")], lambda entity, score: Action.ALLOW) == "Ann"


def test_what_is_blocked_is_refused() -> None:
    with pytest.raises(BlockedError):
        Session(FakeVault()).mask_text("Ann", [Span(0, 3, "PERSON", 1, "r")], lambda entity, score: Action.BLOCK)


def test_a_text_without_tokens_stays() -> None:
    assert Session(FakeVault()).restore_text("PERSON_K7Q2MXA4 and 912-34-5678") == "PERSON_K7Q2MXA4 and 912-34-5678"


def test_one_token_is_resolved_strictly_however_it_is_spelled() -> None:
    vault = FakeVault()
    session = Session(vault)
    token = vault.token("PERSON", "Ann")

    assert session.detokenize(token) == "Ann"
    assert session.detokenize(token.lower().replace("_", "\\_")) == "Ann"


@pytest.mark.parametrize("text", ["", "Ann", "PERSON_K7Q2MXA4", "912-34-5678", "PERSON_K7Q2MXA4 and more"])
def test_an_unknown_token_raises_without_saying_it(text: str) -> None:
    with pytest.raises(UnknownToken) as caught:
        Session(FakeVault()).detokenize(text)

    assert not text or text not in str(caught.value)
    assert isinstance(caught.value, VaultError)


def test_what_is_a_token() -> None:
    vault = FakeVault()
    session = Session(vault)
    token = vault.token("PERSON", "Ann")

    assert session.is_token(token)
    assert not session.is_token(f"{token} ")
    assert not session.is_token("PERSON_K7Q2MXA4")


def test_sessions_know_nothing_of_each_other() -> None:
    one, other = Session(FakeVault()), Session(FakeVault(Minter(bytes(32))))
    result = one.mask_text("Ann", [Span(0, 3, "PERSON", 0.9, "r")], masked)

    assert other.restore_text(result) == result
    assert other.mask_text("Ann", [Span(0, 3, "PERSON", 0.9, "r")], masked) != result


def test_a_broken_vault_is_told() -> None:
    vault = FakeVault()
    session = Session(vault)
    token = vault.token("PERSON", "Ann")
    vault.broken = True

    with pytest.raises(VaultError):
        session.mask_text("Ann", [Span(0, 3, "PERSON", 0.9, "r")], masked)
    with pytest.raises(VaultError):
        session.restore_text(f"Hi {token}")
    with pytest.raises(VaultError):
        session.is_token(token)


def test_names_come_back_as_they_are_said() -> None:
    session = Session(FakeVault())
    spans = [Span(0, 7, "PERSON", 0.9, "r")]
    named = session.mask_text("Ann Lee", spans, masked, lambda finding: finding.within(surrogate("")))
    given, surname = named.split()

    assert session.mask_text("Ann Lee", spans, masked) != named
    assert session.restore_text(f"{named}, Ms. {surname}; {surname.upper()}, {given}") == "Ann Lee, Ms. Lee; Lee, Ann"
    assert session.detokenize(surname) == "Ann Lee"
    assert session.is_token(named)
