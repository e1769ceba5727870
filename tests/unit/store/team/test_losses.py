"""What a shared vault does while Redis is gone, after it lost something, and when somebody changed what it keeps."""

import shutil
import time
from pathlib import Path

import pytest

from maskwire.errors import VaultCorrupt, VaultError, VaultUnreachable
from maskwire.vault import Finding
from maskwire_daemon.store.team.membership import Membership
from maskwire_daemon.store.team.opening import Team
from maskwire_daemon.store.team.vault import TeamVault
from tests.fakes.redis import RedisServer, founded, team_of
from tests.fakes.store import CrowdedMinter

JANE, BOB = Finding("PERSON", "Jane Doe"), Finding("PERSON", "Bob Ray")


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
