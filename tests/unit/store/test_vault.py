"""What all kinds of vault promise."""

import threading
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from maskwire.errors import VaultError
from maskwire.tokens import Minter
from maskwire.vault import Finding, Token
from maskwire_daemon.store.contract import KeptVault, VaultOptions
from maskwire_daemon.store.database import Database
from maskwire_daemon.store.envelope import Envelope
from maskwire_daemon.store.team.opening import Team
from maskwire_daemon.store.team.vault import TeamVault
from maskwire_daemon.store.vault import MemoryVault, SqliteVault
from tests.fakes.store import Clock, CrowdedMinter
from tests.strategies.store import findings
from tests.unit.store.conftest import MakeVault

DAY_S = 86_400


@pytest.fixture
def either(make_vault: MakeVault) -> KeptVault:
    return make_vault(VaultOptions())


@pytest.fixture(params=["memory", "sqlite", "redis"])
def crowded(request: pytest.FixtureRequest, database: Database, envelope: Envelope) -> Iterator[KeptVault]:
    minter = CrowdedMinter(room=10)
    if request.param == "redis":
        team: Team = request.getfixturevalue("team")
        vault = TeamVault(team.shelf(), team.codec, minter)
        yield vault
        vault.close()
    elif request.param == "memory":
        yield MemoryVault(minter)
    else:
        yield SqliteVault(database, envelope.keys, minter)


@given(some=st.lists(findings, max_size=8))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
def test_any_values_come_back(either: KeptVault, some: list[Finding]) -> None:
    tokens = either.tokenize(some)

    assert [either.resolve(token) for token in tokens] == [finding.value for finding in some]
    assert len(set(tokens)) == len(set(some))
    assert either.tokenize(some) == tokens


@pytest.mark.parametrize(
    "value",
    [
        "",
        "\0",
        "a\0b",
        "\ud83d",
        "\ud83d\ude00",
        "\U0001f600",
        "'; DROP TABLE entries; --",
        "é",
        "e\u0301",
        "x" * 1_000_000,
    ],
    ids=["empty", "nul", "inner nul", "lone surrogate", "pair", "astral", "sql", "composed", "decomposed", "1 MB"],
)
def test_awkward_values_come_back(either: KeptVault, value: str) -> None:
    (token,) = either.tokenize([Finding("CUSTOM", value)])

    assert either.resolve(token) == value


def test_values_that_look_alike_stay_apart(either: KeptVault) -> None:
    alike = ["é", "e\u0301", "\ud83d\ude00", "\U0001f600", "é "]
    tokens = either.tokenize([Finding("CUSTOM", value) for value in alike])

    assert [either.resolve(token) for token in tokens] == alike


def test_tokens_come_in_the_order_of_the_findings(either: KeptVault) -> None:
    ann, bob = Finding("PERSON", "Ann"), Finding("PERSON", "Bob")
    a, b = either.tokenize([ann, bob])

    assert either.tokenize([bob, ann, bob]) == [b, a, b]
    assert either.tokenize([]) == []


def test_one_value_of_two_entities_has_two_tokens(either: KeptVault) -> None:
    tokens = either.tokenize([Finding("PERSON", "Paris"), Finding("LOCATION", "Paris")])

    assert len(set(tokens)) == 2


def test_what_is_not_ours_resolves_to_nothing(either: KeptVault) -> None:
    assert either.resolve(Token("PERSON_AAAAAAAA")) is None
    assert either.resolve(Token("")) is None


def test_two_values_that_mint_alike_get_two_tokens(crowded: KeptVault) -> None:
    values = ["aa", "ab", "ac", "ad"]
    tokens = crowded.tokenize([Finding("PERSON", value) for value in values])

    assert len(set(tokens)) == 4
    assert [crowded.resolve(token) for token in tokens] == values


def test_a_full_shape_is_refused_and_nothing_is_overwritten(crowded: KeptVault) -> None:
    first = [Finding("PERSON", f"a{number}") for number in range(10)]
    tokens = crowded.tokenize(first)

    with pytest.raises(VaultError, match="no token is left for another PERSON"):
        crowded.tokenize([Finding("PERSON", "b")])
    assert [crowded.resolve(token) for token in tokens] == [finding.value for finding in first]


def test_a_removed_value_leaves_its_token_to_nobody_else(crowded: KeptVault) -> None:
    (token,) = crowded.tokenize([Finding("PERSON", "aa")])
    crowded.purge(token=token)
    (other,) = crowded.tokenize([Finding("PERSON", "ab")])

    assert other != token
    assert crowded.resolve(token) is None


def test_a_removed_value_that_returns_gets_its_token_back(crowded: KeptVault) -> None:
    (token,) = crowded.tokenize([Finding("PERSON", "aa")])
    crowded.purge(token=token)

    assert crowded.tokenize([Finding("PERSON", "aa")]) == [token]
    assert crowded.resolve(token) == "aa"


def test_purge_removes_what_meets_every_condition(make_vault: MakeVault, clock: Clock) -> None:
    either = make_vault(VaultOptions(clock=clock))
    old_person, old_place = either.tokenize([Finding("PERSON", "Ann"), Finding("LOCATION", "Bonn")])
    clock.pass_s(DAY_S)
    (new_person,) = either.tokenize([Finding("PERSON", "Bob")])
    removed = either.purge(before=clock.now - 10, entity="PERSON")

    assert removed == 1
    assert [either.resolve(token) for token in (old_person, old_place, new_person)] == [None, "Bonn", "Bob"]


def test_purge_by_entity_and_by_token(either: KeptVault) -> None:
    ann, bonn, cara = either.tokenize(
        [Finding("PERSON", "Ann"), Finding("LOCATION", "Bonn"), Finding("PERSON", "Cara")]
    )

    assert either.purge(token=ann) == 1
    assert either.purge(entity="LOCATION") == 1
    assert either.purge(entity="LOCATION") == 0
    assert [either.resolve(token) for token in (ann, bonn, cara)] == [None, None, "Cara"]


def test_purge_without_a_condition_is_refused(either: KeptVault) -> None:
    with pytest.raises(ValueError, match="which values"):
        either.purge()


def test_count_is_per_entity(either: KeptVault) -> None:
    either.tokenize([Finding("PERSON", "Ann"), Finding("PERSON", "Bob"), Finding("US_SSN", "536-90-4399")])

    assert either.count() == {"PERSON": 2, "US_SSN": 1}


def test_values_expire_when_unused_for_their_time(make_vault: MakeVault, clock: Clock) -> None:
    either = make_vault(VaultOptions(ttl_s=10 * DAY_S, clock=clock))
    ann, bob = either.tokenize([Finding("PERSON", "Ann"), Finding("PERSON", "Bob")])
    clock.pass_s(9 * DAY_S)
    assert either.resolve(ann) == "Ann"
    assert either.expire() == 0
    clock.pass_s(9 * DAY_S)

    assert [either.resolve(ann), either.resolve(bob)] == ["Ann", None]
    assert either.expire() == 1
    assert either.count() == {"PERSON": 1}


def test_an_expired_value_that_is_sent_again_lives_on_with_its_token(make_vault: MakeVault, clock: Clock) -> None:
    either = make_vault(VaultOptions(ttl_s=DAY_S, clock=clock))
    tokens = either.tokenize([Finding("PERSON", "Ann")])
    clock.pass_s(2 * DAY_S)

    assert either.tokenize([Finding("PERSON", "Ann")]) == tokens
    assert either.expire() == 0
    assert either.resolve(tokens[0]) == "Ann"


def test_nothing_expires_without_a_time(make_vault: MakeVault, clock: Clock) -> None:
    either = make_vault(VaultOptions(clock=clock))
    (token,) = either.tokenize([Finding("PERSON", "Ann")])
    clock.pass_s(10_000 * DAY_S)

    assert either.expire() == 0
    assert either.resolve(token) == "Ann"


def test_a_destroyed_vault_answers_nothing(either: KeptVault) -> None:
    (token,) = either.tokenize([Finding("PERSON", "Ann")])
    either.destroy()

    with pytest.raises(VaultError, match="destroyed"):
        either.resolve(token)
    with pytest.raises(VaultError, match="destroyed"):
        either.tokenize([Finding("PERSON", "Ann")])


def test_threads_agree_on_every_token(either: KeptVault) -> None:
    names = [Finding("PERSON", f"Person {number}") for number in range(200)]
    answers: list[list[Token]] = []
    ready = threading.Barrier(6)

    def work() -> None:
        ready.wait()
        answers.append(either.tokenize(names))

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(answers) == 6
    assert len({tuple(answer) for answer in answers}) == 1


def test_scopes_give_one_value_two_tokens_in_one_file(database: Database, envelope: Envelope) -> None:
    vaults = [
        SqliteVault(database, envelope.keys, Minter(envelope.keys.token, scope), VaultOptions(scope=scope))
        for scope in (b"api.openai.com", b"api.anthropic.com")
    ]
    tokens = [vault.tokenize([Finding("PERSON", "Ann")])[0] for vault in vaults]

    assert len(set(tokens)) == 2
    assert [vault.resolve(token) for vault, token in zip(vaults, tokens, strict=True)] == ["Ann", "Ann"]


def test_a_scope_gives_a_value_a_token_of_its_own(either: KeptVault) -> None:
    plain, one, other = (Finding("PERSON", "Jane Doe", scope) for scope in ("", "api.openai.com", "api.mistral.ai"))

    tokens = either.tokenize([plain, one, other, one])

    assert len(set(tokens)) == 3
    assert tokens[1] == tokens[3]
    assert [either.resolve(token) for token in tokens] == ["Jane Doe"] * 4


def test_scopes_outlast_what_is_remembered(make_vault: MakeVault) -> None:
    vault = make_vault(VaultOptions(cache_entries=0))
    scoped = Finding("PERSON", "Jane Doe", "api.openai.com")
    [token] = vault.tokenize([scoped])

    assert vault.resolve(token) == "Jane Doe"
    assert vault.tokenize([scoped, scoped.within("")])[0] == token
    assert vault.tokenize([scoped.within("")]) != [token]
