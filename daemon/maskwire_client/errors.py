"""What can go wrong between a client and the daemon, as sentences that name the next command.

ControlError
├── NotRunning    nobody answers: the CLI leaves with code 3
└── Refused       the daemon answered, and said no
"""


class ControlError(Exception):
    """The daemon could not be reached, or refused what was asked."""


class NotRunning(ControlError):
    """No daemon runs for this home."""

    def __init__(self, detail: str = "") -> None:
        super().__init__("maskwire is not running: start it with `maskwire up`" + (f" ({detail})" if detail else ""))


class Refused(ControlError):
    """The daemon refused the call; ``status`` is its HTTP status."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status
