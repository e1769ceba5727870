import pytest

from maskwire.tokens import Minter, canonical, find, spell, stands
from tests.fakes.vault import KEY, FakeVault
from tests.strategies.tokens import ENTITIES, value_of

MINTER = Minter(KEY)


@pytest.mark.parametrize("entity", ENTITIES)
def test_five_thousand_values_have_distinct_tokens_that_lead_back(entity: str) -> None:
    vault = FakeVault()
    values = [value_of(entity, index) for index in range(5000)]
    tokens = [vault.token(entity, value) for value in values]

    assert len(set(tokens)) == len(set(values)) == 5000
    assert values == [vault.resolve(token) for token in tokens]
    assert all(MINTER.may_be_ours(token) for token in tokens[::10])


@pytest.mark.parametrize("entity", ENTITIES)
def test_what_stands_in_a_text_is_read_as_the_token(entity: str) -> None:
    for index in range(200):
        value = value_of(entity, index)
        token = MINTER.mint(entity, value)
        spelling = spell(token, value)

        assert [(5, 5 + len(spelling), token)] == [
            (match.start, match.end, match.token) for match in find(f"say: {spelling}, now")
        ]
        assert canonical(spelling) == canonical(token) == token


def test_the_same_value_has_the_same_token_in_every_process() -> None:
    assert MINTER.mint("PERSON", "Ann Lee") == "PERSON_9B4BKCJA"
    assert MINTER.mint("EMAIL_ADDRESS", "ann@lee.de") == "mail.799y2hdwy0@example.com"
    assert MINTER.mint("PHONE_NUMBER", "+1 212 555 1234") == "106-163-4390"


@pytest.mark.parametrize("entity", ["PERSON", "CREDIT_CARD", "US_SSN", "EMPLOYEE_ID"])
def test_key_scope_entity_and_attempt_change_the_token(entity: str) -> None:
    value = value_of(entity, 7)
    minted = {
        MINTER.mint(entity, value),
        MINTER.mint(entity, value, 1),
        MINTER.mint(entity, value, 2),
        Minter(KEY, b"api.example").mint(entity, value),
        Minter(bytes(32)).mint(entity, value),
    }

    assert len(minted) == 5


def test_a_token_of_another_key_or_scope_is_not_ours() -> None:
    others = (Minter(KEY, b"other"), Minter(bytes(32)))
    foreign = [each.mint("PERSON", f"person {index}") for each in others for index in range(500)]

    assert sum(map(MINTER.may_be_ours, foreign)) == 0


def test_one_look_alike_in_many_passes_the_check() -> None:
    """16 bits of check: of 20,000 codes hardly one passes, and the vault knows none."""
    vault = FakeVault()
    ours = vault.token("PERSON", "Ann")
    tried = [canonical(f"PERSON_{index:05d}ABC") for index in range(20_000)]
    passed = [token for token in tried if token is not None and MINTER.may_be_ours(token)]

    assert len(passed) < 5
    assert ours not in passed


def test_a_value_that_reads_like_its_own_token_is_given_another() -> None:
    token = MINTER.mint("US_SSN", "078-05-1120")

    assert MINTER.mint("US_SSN", token) != token


def test_not_a_token_is_not_ours() -> None:
    for text in ("", "PERSON", "person_k7q2mxa4", "PERSON_K7Q2MXA", "four"):
        assert not MINTER.may_be_ours(text)  # type: ignore[arg-type]  # whatever a caller may have


def test_a_key_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="32 bytes, not 31"):
        Minter(bytes(31))


@pytest.mark.parametrize(
    ("before", "after", "entity", "right"),
    [
        ("id ", " of", "CREDIT_CARD", True),
        ("id,", ",of", "CREDIT_CARD", True),
        ("7", "", "CREDIT_CARD", False),
        ("v1.", "", "CREDIT_CARD", False),
        ("", "7", "US_SSN", False),
        ("1-", "", "PHONE_NUMBER", False),
        ("1", "7", "PERSON", True),
        ("ACME", "", "EMPLOYEE_ID", False),
    ],
)
def test_where_a_token_is_read_back(before: str, after: str, entity: str, right: bool) -> None:
    assert stands(before, entity, value_of(entity, 0), after) is right
