"""Whether protection stands, and if not plainly, why. Sans-IO."""

from enum import StrEnum


class State(StrEnum):
    """What the icon shows."""

    PROTECTING = "protecting"
    PAUSED = "paused"
    ATTENTION = "attention"


class Health:
    """Conditions that need a person, by name: the part of the daemon that has the problem sets and clears its own.

    Each is one sentence that ends with a remedy. ``notes`` are facts that ask for nothing.
    """

    def __init__(self) -> None:
        self._reasons: dict[str, str] = {}
        self._notes: dict[str, str] = {}

    def attention(self, name: str, sentence: str) -> None:
        """Report a condition; a newer sentence of the same name replaces the older one."""
        self._reasons[name] = sentence

    def note(self, name: str, sentence: str) -> None:
        """Record a fact that asks for nothing."""
        self._notes[name] = sentence

    def clear(self, name: str) -> None:
        """Take back the condition or fact ``name``, if there is one."""
        self._reasons.pop(name, None)
        self._notes.pop(name, None)

    @property
    def reasons(self) -> tuple[str, ...]:
        """The conditions that hold, oldest first."""
        return tuple(self._reasons.values())

    @property
    def notes(self) -> tuple[str, ...]:
        """The facts, oldest first."""
        return tuple(self._notes.values())

    def state(self, *, paused: bool) -> State:
        """Return what to show: a pause is the person's own decision and comes first."""
        if paused:
            return State.PAUSED
        return State.ATTENTION if self._reasons else State.PROTECTING
