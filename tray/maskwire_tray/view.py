"""What the tray shows, as one value: nothing else reaches the menu, the icon and the notifications. Sans-IO."""

from dataclasses import dataclass

from maskwire_client import Event, HostEntry, Status
from maskwire_tray.choices import Arm
from maskwire_tray.icons import Face


@dataclass(frozen=True, slots=True)
class View:
    """The daemon as it answered last, and what the tray knows by itself.

    ``status`` is ``None`` while no daemon answers; ``problem`` then says why, and is empty when none runs. ``events``
    are the newest first. ``at_login`` is ``None`` where that cannot be set. ``armed`` is a pause without a floor that
    waits to be confirmed. ``stopped`` tells that the daemon ended in good order, as opposed to one that vanished.
    ``now`` is Unix time.
    """

    status: Status | None = None
    problem: str = ""
    hosts: tuple[HostEntry, ...] = ()
    events: tuple[Event, ...] = ()
    at_login: bool | None = None
    starting: bool = False
    armed: Arm | None = None
    stopped: bool = False
    now: float = 0.0


def face_of(view: View) -> Face:
    """Return what the icon says."""
    if view.status is None:
        return Face.ERROR
    try:
        return Face(view.status.state)
    except ValueError:  # a newer daemon may know more states
        return Face.ATTENTION
