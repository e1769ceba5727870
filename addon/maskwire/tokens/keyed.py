"""Turns values into numbers under a key, and tells such numbers from others. Sans-IO.

A shape with ``size`` spellings is a range of numbers. Where the range has room it is divided: the leading part
identifies the value, the rest is a keyed checksum of that part, so that of all spellings only one in
``checks`` can be ours, and nobody without the key can write one.

Source: RFC 2104 (HMAC), FIPS 180-4 (SHA-256)
"""

import hmac
from dataclasses import dataclass
from math import isqrt

IDS = 1 << 24
"""Identifiers that a range offers before a check is worth digits: a million values fill 6 % of them, so that the
vault's next attempt after a collision all but always succeeds."""

LEAST_CHECK = 256
"""A check that lets more than one in so many look-alikes through costs identifiers and proves nothing."""


@dataclass(frozen=True, slots=True)
class Room:
    """How a range of numbers is divided: ``ids`` identifiers, each with one right check out of ``checks``."""

    ids: int
    checks: int


def divide(size: int) -> Room:
    """Return how a range of ``size`` numbers is divided between identifiers and their check."""
    ids = max(IDS, isqrt(size))
    checks = size // ids
    return Room(ids, checks) if checks >= LEAST_CHECK else Room(size, 1)


class Digest:
    """HMAC-SHA256 of fields, each with its length, so that no two lists of fields give the same message."""

    __slots__ = ("_keyed",)

    def __init__(self, key: bytes) -> None:
        self._keyed = hmac.new(key, digestmod="sha256")

    def number(self, purpose: str, *fields: str | bytes) -> int:
        """Return the digest of ``fields`` for ``purpose`` as a number of 256 bits."""
        message = bytearray()
        for field in (purpose, *fields):
            raw = field if isinstance(field, bytes) else field.encode("utf-8", "surrogatepass")
            message += len(raw).to_bytes(8, "big") + raw
        digest = self._keyed.copy()  # hmac.digest gives way to other threads each time, and so starves those that wait
        digest.update(message)
        return int.from_bytes(digest.digest(), "big")
