"""Calls that repeat, folded: the first of a kind is an entry of its own, the others of its hour are one with a count.

So neither a program that is refused without end nor one that masks all day can push what others did out of a log
whose size is bounded. Sans-IO.
"""

import threading
from dataclasses import dataclass, replace
from typing import Final

from maskwire_daemon.store.act import Act

WINDOW_S: Final = 3600.0
"""Seconds within which calls of one kind are counted together."""

KINDS: Final = 8
"""Kinds of one caller that are told apart within an hour; what is above them is counted together. With their counts
that is at most 20 entries an hour, for each caller, or about 20 megabytes a year."""

OTHERS: Final = "calls"
"""What the log calls those."""

_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

_ROUTINE: Final = frozenset(
    {
        ("POST", "/v1/scan"),
        ("POST", "/v1/mask"),
        ("POST", "/v1/restore"),
        ("POST", "/v1/detokenize"),
        ("POST", "/v1/sessions"),
        ("POST", "/v1/sessions/{id}/mask"),
        ("POST", "/v1/sessions/{id}/restore"),
        ("POST", "/v1/sessions/{id}/detokenize"),
        ("DELETE", "/v1/sessions/{id}"),
        ("POST", "/playground"),
        ("POST", "/rules/trial"),
        ("POST", "/rules/try"),
    }
)
"""Calls that programs make with every text, and pages while somebody tries something."""

type _Kind = tuple[str, str, str, int]


@dataclass(slots=True)
class _Window:
    """The hour that begins at ``began`` (Unix time); ``more`` calls followed the first, the last of them ``last``."""

    began: float
    last: Act
    more: int = 0


class Folding:
    """Decides what becomes an entry, and when. Safe between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._windows: dict[_Kind, _Window] = {}

    def taken(self, act: Act) -> list[Act]:
        """Return what is to be written now that ``act`` was done."""
        with self._lock:
            written = self._over(act.at)
            if not _repeats(act):
                return [*written, act]
            if (window := self._windows.get(_kind(act))) is None:
                act = act if self._of(act.actor) < KINDS else _other(act)
                window = self._windows.get(_kind(act))
            if window is None:
                self._windows[_kind(act)] = _Window(act.at, act)
                return [*written, act]
            window.more += 1
            window.last = act
            return written

    def counting(self) -> list[Act]:
        """Return the counts of the hours that are not over, the last first."""
        with self._lock:
            found = [replace(window.last, times=window.more) for window in self._windows.values() if window.more]
        return sorted(found, key=lambda act: act.at, reverse=True)

    def over(self, now: float) -> list[Act]:
        """Return the counts of the hours that are over at the Unix time ``now``."""
        with self._lock:
            return self._over(now)

    def rest(self) -> list[Act]:
        """Return all counts, and count anew."""
        with self._lock:
            return self._ended(list(self._windows))

    def _of(self, actor: str) -> int:
        return sum(kind[0] == actor and kind[1] != OTHERS for kind in self._windows)

    def _over(self, now: float) -> list[Act]:
        return self._ended([k for k, w in self._windows.items() if not w.began <= now < w.began + WINDOW_S])

    def _ended(self, kinds: list[_Kind]) -> list[Act]:
        ended = [self._windows.pop(kind) for kind in kinds]
        return [replace(window.last, times=window.more) for window in ended if window.more]


def _repeats(act: Act) -> bool:
    """Tell whether this is a call that changed nothing: one that failed, or one of a program's daily work."""
    return act.deed in _METHODS and (act.status >= 400 or (act.deed, act.subject) in _ROUTINE)


def _kind(act: Act) -> _Kind:
    return act.actor, act.deed, act.subject, act.status


def _other(act: Act) -> Act:
    return Act(act.at, act.actor, OTHERS, "", 403 if act.status >= 400 else 200)
