"""A vault that several machines share: each machine is a ``TeamVault`` of its own over the same Redis."""

import asyncio
import contextlib
import re
import secrets
import shutil
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from maskwire.errors import VaultCorrupt, VaultError, VaultUnreachable
from maskwire.vault import Finding, Token
from maskwire_daemon.store.contract import VaultOptions
from maskwire_daemon.store.team.membership import Membership
from maskwire_daemon.store.team.opening import Team
from maskwire_daemon.store.team.vault import TeamVault
from tests.arch.sources import ROOT
from tests.fakes.redis import RedisServer, founded, running_redis, team_of
from tests.fakes.store import Clock, CrowdedMinter

JANE, BOB = Finding("PERSON", "Jane Doe"), Finding("PERSON", "Bob Ray")

type Machine = Callable[[VaultOptions], TeamVault]


@pytest.fixture
def a(team_vault: Machine) -> TeamVault:
    return team_vault(VaultOptions())


@pytest.fixture
def b(team_vault: Machine) -> TeamVault:
    return team_vault(VaultOptions())


@pytest.fixture
def own_redis(tmp_path: Path) -> Iterator[RedisServer]:
    """A Redis that the test may kill."""
    with running_redis(tmp_path) as server:
        yield server


@pytest.fixture
def own(own_redis: RedisServer) -> Iterator[tuple[TeamVault, TeamVault]]:
    """Two machines over it."""
    team = team_of(own_redis)
    one, other = founded(team), team.vault()
    yield one, other
    one.close()
    other.close()


def test_machines_agree_on_tokens_and_read_each_other(a: TeamVault, b: TeamVault) -> None:
    (jane,) = a.tokenize([JANE])
    tokens = b.tokenize([BOB, JANE])

    assert tokens[1] == jane
    assert [b.resolve(jane), a.resolve(tokens[0])] == ["Jane Doe", "Bob Ray"]


def test_teams_on_one_redis_know_nothing_of_each_other(redis: RedisServer, a: TeamVault) -> None:
    (jane,) = a.tokenize([JANE])
    stranger = founded(team_of(redis))

    assert stranger.resolve(jane) is None
    assert stranger.tokenize([JANE]) != [jane]
    assert stranger.count() == {"PERSON": 1}
    stranger.close()


def test_one_request_is_one_round_trip_whatever_it_holds(redis: RedisServer, monkeypatch: pytest.MonkeyPatch) -> None:
    team = team_of(redis, Membership(secrets.token_bytes(16), bytes(32)))  # under this key no two of these collide
    a = founded(team)
    a.look()
    link, asked = a._shelf.link, []
    really = link.ask

    def counted(commands: Sequence[tuple[bytes | str | int, ...]]) -> list[object]:
        asked.append(len(commands))
        return really(commands)

    monkeypatch.setattr(link, "ask", counted)
    names = [Finding("PERSON", f"Person {number}") for number in range(600)]
    places = [Finding("CITY", f"City {number}") for number in range(10)]
    tokens = a.tokenize(names)
    assert len(asked) == 1
    a.tokenize([*names, *places])
    assert len(asked) == 2
    a.expect([f"{token} and {token}" for token in tokens])
    assert [a.resolve(token) for token in tokens] == [name.value for name in names]
    assert len(asked) == 2
    a.close()


def test_expected_tokens_are_fetched_together_and_outlast_redis(
    own: tuple[TeamVault, TeamVault], own_redis: RedisServer
) -> None:
    one, other = own
    jane, bob = one.tokenize([JANE, BOB])
    other.expect([f"Ask {jane} and {bob} about PERSON_AAAAAAA2.", "Nobody is here."])
    own_redis.kill()

    assert [other.resolve(jane), other.resolve(bob)] == ["Jane Doe", "Bob Ray"]
    with pytest.raises(VaultUnreachable, match="cannot be reached"):
        other.tokenize([JANE])
    own_redis.start()


def test_what_could_not_be_read_ahead_is_read_ahead_later(
    own: tuple[TeamVault, TeamVault], own_redis: RedisServer
) -> None:
    one, other = own
    other.look()
    (bob,) = one.tokenize([BOB])
    own_redis.stall()
    other.expect([f"Ask {bob}."])
    own_redis.go_on()
    until = time.monotonic() + 30
    while other.problem and time.monotonic() < until:
        other.look()
    other._remembered.clear()
    other.expect([f"Ask {bob}."])
    own_redis.kill()

    assert other.resolve(bob) == "Bob Ray"
    own_redis.start()


def test_what_others_used_lately_is_remembered_without_asking(
    own: tuple[TeamVault, TeamVault], own_redis: RedisServer
) -> None:
    one, other = own
    other.look()
    (jane,) = one.tokenize([JANE])
    other.look()
    (bob,) = one.tokenize([BOB])
    own_redis.kill()

    assert other.resolve(jane) == "Jane Doe"
    with pytest.raises(VaultUnreachable):
        other.resolve(bob)
    assert "cannot be reached" in other.problem
    own_redis.start()


def test_nothing_is_lost_when_redis_dies(own: tuple[TeamVault, TeamVault], own_redis: RedisServer) -> None:
    one, other = own
    tokens = one.tokenize([JANE, BOB])
    own_redis.kill()
    own_redis.start()

    assert other.tokenize([JANE, BOB]) == tokens
    assert [other.resolve(token) for token in tokens] == ["Jane Doe", "Bob Ray"]


def test_an_emptied_redis_refuses_until_it_is_repaired_and_tokens_stay(
    own: tuple[TeamVault, TeamVault], own_redis: RedisServer
) -> None:
    one, other = own
    tokens = one.tokenize([JANE])
    own_redis.cli("FLUSHALL")
    with pytest.raises(VaultUnreachable, match="maskwire team repair"):
        one.tokenize([JANE])
    assert "has lost the team's vault" in one.problem
    other._shelf.found()

    assert one.tokenize([JANE]) == tokens
    assert one.problem == ""
    assert one.count() == {"PERSON": 1}


def test_a_token_means_nobody_else_after_a_loss_that_a_machine_slept_through(own_redis: RedisServer) -> None:
    """One machine still remembers what Redis has lost: it must not restore by that what now means somebody else."""
    team = team_of(own_redis)
    founded(team).close()
    one, other = (TeamVault(team.shelf(), team.codec, CrowdedMinter(10)) for _ in range(2))
    (token,) = one.tokenize([Finding("PERSON", "aa")])
    own_redis.cli("FLUSHALL")
    other._shelf.found()
    assert other.tokenize([Finding("PERSON", "ab")]) == [token]
    one.look()

    assert one.resolve(token) == "ab"
    one.close()
    other.close()


def test_a_token_means_nobody_else_after_redis_went_back(own_redis: RedisServer, tmp_path: Path) -> None:
    """A power cut took the last tokens from Redis, and another machine was first to go on."""
    team = team_of(own_redis)
    founded(team).close()
    one, other = (TeamVault(team.shelf(), team.codec, CrowdedMinter(10)) for _ in range(2))
    one.look()
    earlier = tmp_path / "earlier"
    shutil.copytree(own_redis.folder / "appendonlydir", earlier)
    (token,) = one.tokenize([Finding("PERSON", "aa")])
    own_redis.kill()
    shutil.rmtree(own_redis.folder / "appendonlydir")
    shutil.copytree(earlier, own_redis.folder / "appendonlydir")
    own_redis.start()
    assert other.tokenize([Finding("PERSON", "ab")]) == [token]
    one.look()

    assert one.resolve(token) == "ab"
    assert one.tokenize([Finding("PERSON", "aa")]) != [token]
    one.close()
    other.close()


def test_a_removed_value_is_forgotten_by_every_machine(a: TeamVault, b: TeamVault) -> None:
    jane, bob = a.tokenize([JANE, BOB])
    b.look()
    assert b.resolve(jane) == "Jane Doe"
    assert a.purge(token=jane) == 1
    b.look()

    assert [b.resolve(jane), b.resolve(bob)] == [None, "Bob Ray"]


def test_a_token_that_was_unknown_is_found_once_it_has_a_value(a: TeamVault, b: TeamVault) -> None:
    (jane,) = a.tokenize([JANE])
    a.purge(token=jane)
    b.look()
    assert b.resolve(jane) is None
    a.tokenize([JANE])
    b.look()

    assert b.resolve(jane) == "Jane Doe"


async def test_on_the_loop_what_is_not_remembered_is_there_a_little_later(a: TeamVault, b: TeamVault) -> None:
    (jane,) = a.tokenize([JANE])
    found: str | None = None
    deadline = time.monotonic() + 30
    while found is None:
        assert time.monotonic() < deadline, "it never came"
        with contextlib.suppress(VaultUnreachable):  # it may or may not be late
            found = b.resolve(jane)
        await asyncio.sleep(0.005)

    assert found == "Jane Doe"


async def test_on_the_loop_a_stalled_redis_holds_nothing_up(
    own: tuple[TeamVault, TeamVault], own_redis: RedisServer
) -> None:
    one, other = own
    other.look()
    (jane,) = one.tokenize([JANE])
    own_redis.stall()
    try:
        for _ in range(3):
            with pytest.raises(VaultUnreachable, match="has not answered at once"):
                other.resolve(jane)
        assert other._aside._work_queue.qsize() == 0
    finally:
        own_redis.go_on()


def test_values_expire_in_redis_by_themselves(redis: RedisServer, team: Team) -> None:
    vault = team.vault(VaultOptions(ttl_s=1, cache_entries=0))
    vault.tokenize([JANE])
    pattern = f"*{team.membership.vault.hex()}*:t:*"
    assert redis.cli("--scan", "--pattern", pattern) != ""
    deadline = time.monotonic() + 30
    while redis.cli("--scan", "--pattern", pattern):
        assert time.monotonic() < deadline, "it did not expire"
        time.sleep(0.05)

    assert redis.cli("--scan", "--pattern", f"*{team.membership.vault.hex()}*:v:*") == ""
    while not vault.expire():  # what counts them keeps whole seconds
        assert time.monotonic() < deadline, "it is still counted"
        time.sleep(0.05)
    assert vault.count() == {}
    vault.close()


def test_a_clock_that_is_wrong_lets_nothing_expire(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()
    vault = team.vault(VaultOptions(ttl_s=86_400, clock=clock))
    (jane,) = vault.tokenize([JANE])
    link = vault._shelf.link
    monkeypatch.setattr(link, "_entry", type(link._entry)(link.address, clock=lambda: 0.0))
    link.look()
    clock.pass_s(100 * 86_400)

    with pytest.raises(VaultUnreachable, match="set the clocks"):
        vault.expire()
    vault.close()
    other = team.vault()
    assert other.resolve(jane) == "Jane Doe"
    other.close()


def test_a_destroyed_vault_is_told_to_every_machine_and_never_set_up_again(a: TeamVault, b: TeamVault) -> None:
    (jane,) = a.tokenize([JANE])
    b.look()
    a.destroy()
    b.look()

    with pytest.raises(VaultUnreachable, match="was destroyed"):
        b.resolve(jane)
    with pytest.raises(VaultUnreachable, match="was destroyed"):
        b.tokenize([JANE])
    with pytest.raises(VaultUnreachable, match="was destroyed"):
        b._shelf.found()


def test_destroying_leaves_only_word_of_it(redis: RedisServer, team: Team) -> None:
    vault, told = team.vault(), list[int]()
    vault.tokenize([Finding("PERSON", f"Person {number}") for number in range(50)])
    vault._shelf.destroy(told.append)
    vault.close()
    left = redis.cli("--scan", "--pattern", f"*{team.membership.vault.hex()}*").split()

    assert left == [f"maskwire:{{{team.membership.vault.hex()}}}:state"]
    assert told[-1] >= 100


def test_the_rights_that_the_document_gives_a_user_are_enough(own_redis: RedisServer) -> None:
    (line,) = re.findall(r"^ACL SETUSER (.+)$", (ROOT / "docs" / "team.md").read_text(), re.MULTILINE)
    assert own_redis.cli("ACL", "SETUSER", *line.split()) == "OK"
    address = replace(own_redis.address, user="maskwire")
    vault = founded(Team(Membership.new("PASSWORD"), address, {}))
    (jane, bob) = vault.tokenize([JANE, BOB])
    vault.look()

    assert (vault.problem, vault.warnings) == ("", ())
    assert vault._shelf.link.standing is not None
    assert "in its log" in vault._shelf.link.standing.promise
    assert (vault.resolve(jane), vault.purge(token=bob), vault.expire()) == ("Jane Doe", 1, 0)
    assert [holding.count for holding in vault.holdings()] == [1]
    vault.destroy()
    assert "NOPERM" in own_redis.cli("--user", "maskwire", "--pass", "PASSWORD", "FLUSHALL")
    vault.close()


def test_another_key_for_the_same_vault_is_refused(redis: RedisServer, team: Team) -> None:
    stranger = team_of(redis, Membership(team.membership.vault, bytes(32))).vault()
    stranger.look()

    assert "under another key" in stranger.problem
    with pytest.raises(VaultUnreachable, match="under another key"):
        stranger._shelf.found()
    stranger.close()


def test_rows_that_were_exchanged_in_redis_are_refused(team: Team, a: TeamVault) -> None:
    jane, bob = a.tokenize([JANE, BOB])
    codec, shelf = team.codec, team.shelf()
    names = [codec.prefix + b"t:" + codec.tag(token) for token in (jane, bob)]
    shelf.link.ask([("COPY", *names, "REPLACE")])
    fresh = team.vault()

    with pytest.raises(VaultCorrupt, match="belongs elsewhere"):
        fresh.resolve(bob)
    with pytest.raises(VaultCorrupt, match="belongs elsewhere"):
        fresh.tokenize([BOB])
    assert fresh.resolve(jane) == "Jane Doe"
    fresh.close()
    shelf.link.close()


def test_uses_that_were_not_noted_yet_are_noted_at_the_end(team: Team, team_vault: Machine) -> None:
    clock = Clock()
    vault = team.vault(VaultOptions(clock=clock))
    (jane,) = vault.tokenize([JANE])
    clock.pass_s(86_400)
    vault.resolve(jane)
    vault.close()

    assert [holding.used for holding in team_vault(VaultOptions()).holdings()] == [int(clock.now)]


@given(data=st.data(), room=st.integers(12, 20))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25, deadline=None)
def test_machines_that_race_agree_on_every_token(redis: RedisServer, data: st.DataObject, room: int) -> None:
    """Few tokens and many collisions: whoever comes first, one value has one token, and no token two values."""
    values = st.lists(st.sampled_from([f"{letter}{number}" for letter in "abc" for number in range(4)]), max_size=12)
    orders = data.draw(st.lists(values, min_size=2, max_size=4))
    team = team_of(redis)
    founded(team).close()
    machines = [TeamVault(team.shelf(), team.codec, CrowdedMinter(room)) for _ in orders]
    answers: list[dict[Finding, Token]] = [{} for _ in orders]
    ready = threading.Barrier(len(orders))

    def work(machine: TeamVault, order: list[str], answer: dict[Finding, Token]) -> None:
        ready.wait()
        for value in order:
            finding = Finding("PERSON", value)
            (answer[finding],) = machine.tokenize([finding])

    threads = [threading.Thread(target=work, args=each) for each in zip(machines, orders, answers, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    agreed = {finding: token for answer in answers for finding, token in answer.items()}

    assert [answer.items() <= agreed.items() for answer in answers] == [True] * len(answers)
    assert len(set(agreed.values())) == len(agreed)
    for machine in machines:
        assert {f: machine.resolve(t) for f, t in agreed.items()} == {f: f.value for f in agreed}
        machine.close()


def test_a_vault_that_was_never_reached_says_why_it_cannot_be_used(tmp_path: Path) -> None:
    server = RedisServer(tmp_path)
    vault = team_of(server).vault()
    vault.look()

    assert "cannot be reached" in vault.problem
    assert vault.description == f"values are in the team's Redis at {server.socket}"
    assert vault.warnings == ()
    with pytest.raises(VaultError, match="cannot be reached"):
        vault.count()
    vault.close()
