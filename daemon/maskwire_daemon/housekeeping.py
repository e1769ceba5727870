"""What a daemon tidies while it runs: expired values, old exchanges, old acts. IO: the database, in a thread."""

import asyncio
import logging

from maskwire.errors import VaultError, VaultUnreachable
from maskwire_daemon.live import Live
from maskwire_daemon.storage import DAY_S, Storage

FIRST_S = 30.0
"""Seconds after the start: nothing competes with the first requests."""

EVERY_S = 600.0
"""Seconds between rounds: uses of values are noted on disk at least this often."""

TEAM_S = 2.0
"""Seconds between looks at a team's vault; each is three round trips."""

WATCH_S = 0.25
"""Seconds between looks at the detector; each is two attribute reads."""

MEGABYTE = 1024 * 1024

AUDIT_DAYS = 366.0
"""Days that an act is remembered: a year, so that last year's report can still be made."""

AUDIT_BYTES = 100 * MEGABYTE
"""Bytes that the audit log may take, about a million acts: programs that call without end do not fill the disk."""

_log = logging.getLogger(__name__)


async def keep_house(live: Live) -> None:
    """Tidy regularly, until cancelled."""
    await asyncio.sleep(FIRST_S)
    while True:
        if (storage := live.storage) is not None:
            try:
                await asyncio.to_thread(tidy, live, storage)
                live.health.clear("disk")
            except VaultUnreachable as e:
                _log.info("a vault elsewhere was not tidied", exc_info=e)  # the status says so by itself
            except VaultError as e:
                _log.warning("housekeeping failed", exc_info=e)
                live.health.attention("disk", f"old records cannot be removed: {e}")
        await asyncio.sleep(EVERY_S)


async def watch_team(live: Live) -> None:
    """Look at a team's vault regularly, so that its state shows and what others use is at hand, until cancelled."""
    while True:
        if (storage := live.storage) is not None and (team := storage.team) is not None:
            before = team.problem
            await asyncio.to_thread(team.look)
            if team.problem != before:
                level, state = (logging.WARNING, "unreachable") if team.problem else (logging.INFO, "answering")
                _log.log(level, "team vault", extra={"state": state})
        await asyncio.sleep(TEAM_S)


async def watch_detector(live: Live) -> None:
    """Log every change of the detector's state and each new worker, until cancelled."""
    seen: tuple[str, int | None] = ("", None)
    while True:
        now = live.detector.state, live.detector.worker_pid
        if now != seen:
            level = logging.WARNING if now[0] in ("failed", "restarting") or _replaced(seen, now) else logging.INFO
            _log.log(level, "detector", extra={"state": now[0], "pid": now[1], "reason": live.detector.reason or None})
            seen = now
        await asyncio.sleep(WATCH_S)


def _replaced(before: tuple[str, int | None], now: tuple[str, int | None]) -> bool:
    """Tell whether a worker that was ready is another one now: it died between two looks."""
    return before[0] == "ready" and before[1] != now[1]


def tidy(live: Live, storage: Storage) -> None:
    """Remove what is older than the settings say. Blocks.

    Raises:
        VaultError: the database cannot be written, or a vault elsewhere does not answer.
    """
    keep = live.config.journal
    storage.journal.prune(keep.retention_days * DAY_S, int(keep.max_mb * MEGABYTE))
    storage.audit.prune(AUDIT_DAYS * DAY_S, AUDIT_BYTES)
    storage.vault.expire()
