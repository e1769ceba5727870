"""Programs that cannot be protected, by program and host: they reject our certificate or pin another. Sans-IO."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from maskwire.mitm.services import Notice, NoticeKind
from maskwire_client.models import UncoveredClient

MOST: Final = 100
"""Pairs of program and host that are kept; the one seen longest ago makes room."""

WHY: Final = {
    NoticeKind.CLIENT_REJECTED_CERTIFICATE: "rejects maskwire's certificate",
    NoticeKind.CLIENT_SENT_NOTHING: "opens connections and sends nothing, as programs do that pin a certificate",
}
"""The notices that tell of one, and what a person is told."""


@dataclass(slots=True)
class _Count:
    count: int
    last: float


class Uncovered:
    """What was seen since the daemon started."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._seen: dict[tuple[str, str, str], _Count] = {}

    def note(self, notice: Notice) -> None:
        """Count ``notice`` if it tells of a program that cannot be protected."""
        if notice.kind not in WHY:
            return
        key = (notice.program, notice.host, WHY[notice.kind])
        before = self._seen.pop(key, None)
        self._seen[key] = _Count(1 + (before.count if before else 0), self._clock())
        if len(self._seen) > MOST:
            del self._seen[next(iter(self._seen))]

    def clients(self) -> tuple[UncoveredClient, ...]:
        """Return them, the one seen last first."""
        return tuple(
            UncoveredClient(program, host, why, seen.count, seen.last)
            for (program, host, why), seen in reversed(self._seen.items())
        )
