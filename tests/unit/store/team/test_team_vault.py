"""A vault that several machines share: each machine is a ``TeamVault`` of its own over the same Redis."""

import asyncio
import contextlib
import re
import secrets
import threading
import time
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from maskwire.errors import VaultUnreachable
from maskwire.vault import Finding, Token
from maskwire_daemon.store.contract import VaultOptions
from maskwire_daemon.store.team.membership import Membership
from maskwire_daemon.store.team.opening import Team
from maskwire_daemon.store.team.vault import TeamVault
from tests.arch.sources import ROOT
from tests.fakes.redis import RedisServer, founded, team_of
from tests.fakes.store import Clock, CrowdedMinter
from tests.unit.store.team.conftest import Machine

JANE, BOB = Finding("PERSON", "Jane Doe"), Finding("PERSON", "Bob Ray")


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
