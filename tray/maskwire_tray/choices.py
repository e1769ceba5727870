"""What a person can choose in the menu, as values. Sans-IO: ``menu`` offers them, ``acting`` does them."""

from dataclasses import dataclass
from enum import StrEnum


class Do(StrEnum):
    """The choices that need nothing more said."""

    RESUME = "resume"
    KEEP_SECRETS = "keep secrets"
    """Take back ``Arm`` before it was confirmed."""
    START = "start"
    OPEN = "open"
    COPY_PROXY = "copy proxy"
    COPY_EXEC = "copy exec"
    QUIT = "quit"
    STOP_AND_QUIT = "stop and quit"


@dataclass(frozen=True, slots=True)
class Pause:
    """Pause for ``minutes``, ``None`` until tomorrow morning; without a ``floor`` secrets leave too."""

    minutes: float | None
    floor: bool = True


@dataclass(frozen=True, slots=True)
class Arm:
    """Offer to confirm a pause without a floor; nothing happens before that."""

    minutes: float | None


@dataclass(frozen=True, slots=True)
class SetMode:
    """Write what happens to one provider's traffic to the configuration."""

    host: str
    mode: str


@dataclass(frozen=True, slots=True)
class Capture:
    """Switch one of the ways on which programs reach the proxy."""

    mode: str
    on: bool


@dataclass(frozen=True, slots=True)
class AtLogin:
    """Show the icon at login, or no longer."""

    on: bool


type Choice = Do | Pause | Arm | SetMode | Capture | AtLogin
