"""What a Redis says of itself, and what follows for tokens that are kept there. Sans-IO.

Source: https://redis.io/docs/latest/operate/oss_and_stack/management/persistence/,
https://redis.io/docs/latest/commands/info/
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from maskwire_daemon.store.team.address import Address

LEAST: Final = (6, 2)
"""The oldest Redis that has what the scripts use (``ZADD GT``)."""

MOST_APART_S: Final = 3600.0
"""Seconds that the clocks of a machine and of Redis may differ: values expire after days."""

_PROMISES: Final = {
    "always": "each token is on its disk before its request leaves",
    "everysec": "each token is in its log before its request leaves; a power cut there can lose the last second",
    "no": "each token is in its log before its request leaves; a power cut there can lose the last half minute",
}


@dataclass(frozen=True, slots=True)
class Standing:
    """How a Redis stands: which process of it this is, what it promises, and what a person should change.

    ``warnings`` are sentences that each end with a remedy. ``promise`` says when a token is safe.
    """

    run: str
    version: str
    promise: str
    warnings: tuple[str, ...] = ()
    skew_s: float = 0.0

    @property
    def clocks_agree(self) -> bool:
        """Whether this machine's clock may decide what has expired."""
        return abs(self.skew_s) <= MOST_APART_S


@dataclass(frozen=True, slots=True)
class Said:
    """What was asked: ``INFO`` by field, ``CONFIG GET appendfsync`` (empty where that is not allowed), both clocks."""

    info: Mapping[str, str]
    flush: str
    its_clock_s: float
    our_clock_s: float


def info_of(text: str) -> dict[str, str]:
    """Return the fields of an ``INFO`` answer."""
    pairs = (line.partition(":") for line in text.splitlines() if line and not line.startswith("#"))
    return {name: value for name, _, value in pairs}


def too_old(info: Mapping[str, str]) -> bool:
    """Tell whether a Redis lacks what the scripts use; one that does not say its version is taken at its word."""
    numbers = info.get("redis_version", "").split(".")[:2]
    return len(numbers) == 2 and all(map(str.isdecimal, numbers)) and tuple(map(int, numbers)) < LEAST


def standing_of(said: Said, address: Address) -> Standing:
    """Return what follows from what Redis said."""
    info = said.info
    logs = info.get("aof_enabled") == "1"
    promise = _PROMISES.get(said.flush, _PROMISES["everysec"]) if logs else "a token may be lost when it restarts"
    skew_s = said.its_clock_s - said.our_clock_s
    return Standing(
        run=info.get("run_id", ""),
        version=info.get("redis_version", ""),
        promise=promise,
        warnings=tuple(_warnings(info, address, skew_s)),
        skew_s=skew_s,
    )


def _warnings(info: Mapping[str, str], address: Address, skew_s: float) -> list[str]:
    found = []
    if info.get("aof_enabled") == "0":
        found.append("keeps no append-only file, so tokens are lost when it restarts: set `appendonly yes` there")
    if info.get("aof_last_write_status") == "err":
        found.append("cannot write its append-only file: free some space on its disk")
    evicts = info.get("maxmemory_policy", "noeviction") != "noeviction"
    if evicts and info.get("maxmemory", "0") != "0":
        found.append("throws values away when its memory is full: set `maxmemory-policy noeviction` there")
    if abs(skew_s) > MOST_APART_S:
        found.append("has another time than this machine, so nothing expires from here: set the clocks")
    return [f"the team's Redis at {address.name} {each}" for each in found]
