"""What a Redis says of itself becomes a promise, and warnings with their remedies."""

import pytest

from maskwire_daemon.store.team.address import Address
from maskwire_daemon.store.team.standing import Said, Standing, info_of, standing_of, too_old

ADDRESS = Address("redis.example.com")
SOUND = {"run_id": "abc", "redis_version": "7.2.4", "aof_enabled": "1", "aof_last_write_status": "ok"}


def stands(info: dict[str, str] | None = None, flush: str = "everysec", clock: float = 1000.0) -> Standing:
    return standing_of(Said({**SOUND, **(info or {})}, flush, clock, 1000.0), ADDRESS)


@pytest.mark.parametrize(
    ("flush", "promise"),
    [("always", "on its disk before"), ("everysec", "the last second"), ("no", "half minute"), ("", "the last second")],
)
def test_the_promise_is_that_of_the_log(flush: str, promise: str) -> None:
    found = stands(flush=flush)

    assert promise in found.promise
    assert found.warnings == ()


def test_without_a_log_it_promises_nothing_and_says_what_to_set() -> None:
    found = stands({"aof_enabled": "0"})

    assert "may be lost" in found.promise
    assert len(found.warnings) == 1
    assert "`appendonly yes`" in found.warnings[0]
    assert "redis.example.com:6379" in found.warnings[0]


@pytest.mark.parametrize(
    ("info", "remedy"),
    [
        ({"aof_last_write_status": "err"}, "free some space"),
        ({"maxmemory": "1000", "maxmemory_policy": "allkeys-lru"}, "noeviction"),
        ({"maxmemory": "1000", "maxmemory_policy": "volatile-ttl"}, "noeviction"),
    ],
)
def test_what_endangers_tokens_is_a_warning(info: dict[str, str], remedy: str) -> None:
    assert [remedy in warning for warning in stands(info).warnings] == [True]


def test_a_policy_without_a_limit_throws_nothing_away() -> None:
    assert stands({"maxmemory": "0", "maxmemory_policy": "allkeys-lru"}).warnings == ()


def test_clocks_that_differ_are_told_and_decide_nothing() -> None:
    assert stands(clock=1000.0 + 1800).clocks_agree
    assert not stands(clock=1000.0 - 7200).clocks_agree
    assert "set the clocks" in stands(clock=1000.0 - 7200).warnings[0]


def test_a_redis_that_says_nothing_is_taken_at_its_word() -> None:
    found = standing_of(Said({}, "", 5.0, 5.0), ADDRESS)

    assert (found.run, found.version, found.warnings) == ("", "", ())
    assert not too_old({})


@pytest.mark.parametrize(("version", "old"), [("5.0.14", True), ("6.0.16", True), ("6.2.0", False), ("10.1", False)])
def test_versions_are_compared_as_numbers(version: str, old: bool) -> None:
    assert too_old({"redis_version": version}) is old


def test_fields_of_an_answer_are_read() -> None:
    assert info_of("# Server\r\nredis_version:7.2\r\nrun_id:a:b\r\n\r\n") == {"redis_version": "7.2", "run_id": "a:b"}
