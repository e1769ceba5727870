"""What is known of one exchange while it runs; becomes one row of the journal when it ends."""

import asyncio
from asyncio import Future
from collections.abc import Mapping
from dataclasses import dataclass, field

from maskwire.exchange import Exchange, Outcome, Spot
from maskwire.mitm.sent import Left
from maskwire.policy import Policy
from maskwire.stream.restorer import Tally
from maskwire.wire.surface import Surface


@dataclass(slots=True)
class Ledger:
    """Types, counts and times of one exchange, never a value or the path as it was sent.

    ``started`` is Unix time in seconds, and so is ``answered``, when the answer began. ``added_s`` is what our hooks
    took so far, ``find_s`` and ``mask_s`` are parts of it; ``restore_s`` went into the answer. ``program`` may still be
    on its way when the exchange ends; then the row has none. ``sent`` is to be remembered once the provider answers.
    """

    started: float
    host: str
    method: str
    surface: Surface | None = None
    program: Future[str] | None = None
    outcome: Outcome = Outcome.PASSED
    reason: str = ""
    model: str = ""
    entities: Mapping[str, int] = field(default_factory=dict)
    actions: Mapping[str, int] = field(default_factory=dict)
    paths: tuple[str, ...] = ()
    request_bytes: int = 0
    response_bytes: int = 0
    added_s: float = 0.0
    find_s: float = 0.0
    mask_s: float = 0.0
    restore_s: float = 0.0
    answered: float = 0.0
    spots: tuple[Spot, ...] = ()
    sent: tuple[Left, ...] = field(default=(), repr=False)
    tally: Tally = field(default_factory=Tally)
    known_urls: frozenset[str] = frozenset()
    closed: bool = False

    def exchange(self, now: float, status: int) -> Exchange:
        """Return the row. ``now`` is Unix time in seconds."""
        return Exchange(
            started=self.started,
            host=self.host,
            surface=self.surface.id if self.surface else "",
            method=self.method,
            path=self.surface.route if self.surface else "",
            outcome=self.outcome,
            model=self.model,
            program=self.program_name(),
            reason=self.reason,
            status=status,
            entities=self.entities,
            actions=self.actions,
            paths=self.paths,
            request_bytes=self.request_bytes,
            response_bytes=self.response_bytes,
            added_ms=self.added_s * 1000,
            total_ms=max(0.0, now - self.started) * 1000,
            restored=self.tally.restored,
            unresolved=self.tally.unresolved,
            find_ms=self.find_s * 1000,
            mask_ms=self.mask_s * 1000,
            wait_ms=max(0.0, self.answered - self.started - self.added_s) * 1000,
            restore_ms=self.restore_s * 1000,
            spots=self.spots,
        )

    async def policy(self, policy: Policy) -> Policy:
        """Return ``policy`` as it is for the program behind this exchange, which is waited for if that matters."""
        if not policy.programs or self.program is None:
            return policy
        return policy.by(await asyncio.shield(self.program))

    def program_name(self) -> str:
        """Return the program's name if it is known by now."""
        if self.program is None or not self.program.done() or self.program.cancelled():
            return ""
        return self.program.result()
