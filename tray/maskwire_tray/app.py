"""The tray: looks at the daemon once a second, shows what it sees, passes on what is chosen. Holds no truth of its own.

Three threads. The icon's loop has the main one and is never made to wait; one looks at the daemon and renders; one does
what was chosen, one choice after the other.
"""

import queue
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from maskwire_client import ControlError
from maskwire_tray.acting import Acting, Surroundings
from maskwire_tray.choices import Arm, Choice, Do, Pause
from maskwire_tray.desktop import Desktop, Kind
from maskwire_tray.icons import Face, Panel, draw, draw_all
from maskwire_tray.menu import SEPARATOR, Item, build
from maskwire_tray.notices import Notice, Notices
from maskwire_tray.toolkit import BaseIcon, Menu, MenuItem, appindicator
from maskwire_tray.view import View, face_of
from maskwire_tray.watch import Watch
from maskwire_tray.words import title

LOOK_S = 1.0
"""Seconds between two looks: a countdown and another program's change show soon enough."""

CONFIRM_S = 60.0
"""Seconds for which a pause without a floor waits to be confirmed."""

NAME = "maskwire"


@dataclass(frozen=True, slots=True)
class Rendered:
    """What the panel shows now, so that only changes are sent to it."""

    face: Face
    panel: Panel
    title: str
    items: tuple[Item, ...]


class App:
    """One icon and its menu. ``companion`` ends with its daemon, as one that `maskwire up` started does."""

    def __init__(self, around: Surroundings, desktop: Desktop, *, companion: bool = False) -> None:
        self._around = around
        self._panel = Panel.UNKNOWN
        self._companion = companion
        self._watch = Watch(around.environ)
        self._acting = Acting(around, self._watch.client)
        self._notices = Notices()
        self._icon: Any = self._made(desktop)
        self._rendered: Rendered | None = None
        self._choices: queue.SimpleQueue[Choice] = queue.SimpleQueue()
        self._look_now = threading.Event()
        self._ended = threading.Event()
        self._armed: tuple[Arm, float] | None = None
        self._starting = False
        self._failure: Exception | None = None

    def run(self) -> None:
        """Show the icon until it is quit or the session ends.

        Raises:
            OSError: the session's bus cannot be used.
            Exception: one of the threads failed; an icon that shows what was true once is worse than none.
        """
        threading.Thread(target=lambda: self._guarded(self._act), name="choices", daemon=True).start()
        try:
            self._icon.run(setup=lambda _: self._guarded(self._follow))
        finally:
            self._end()
        if self._failure is not None:
            raise self._failure

    def choose(self, choice: Choice) -> None:
        """Take a choice from the menu; returns at once."""
        if choice is Do.QUIT:
            self._end()
            self._icon.stop()
        else:
            self._choices.put(choice)

    def _end(self) -> None:
        self._ended.set()
        self._look_now.set()

    def _guarded(self, work: Callable[[], None]) -> None:
        """Do a thread's work; when it fails, end everything and let ``run`` say why."""
        try:
            work()
        except Exception as e:  # noqa: BLE001 - raised again where it is seen
            self._failure = e
            self.choose(Do.QUIT)

    def _follow(self) -> None:
        """Look and render until the end."""
        was_there = False
        while not self._ended.is_set():
            view = self._view()
            self._render(view)
            self._icon.visible = True
            for notice in self._notices.feed(view):
                self._tell(notice)
            was_there |= view.status is not None
            if self._companion and was_there and view.stopped:
                self.choose(Do.QUIT)
            self._look_now.wait(LOOK_S)
            self._look_now.clear()

    def _view(self) -> View:
        seen, now = self._watch.look(), time.time()
        armed = self._armed
        if armed is not None and (armed[1] < time.monotonic() or seen.status is None):
            armed = self._armed = None
        return View(
            status=seen.status,
            problem=seen.problem,
            hosts=seen.hosts,
            events=seen.events,
            stopped=seen.stopped,
            at_login=self._around.at_login.enabled(),
            starting=self._starting and seen.status is None,
            armed=None if armed is None else armed[0],
            now=now,
        )

    def _render(self, view: View) -> None:
        wanted = Rendered(face_of(view), self._panel, title(view), build(view))
        shown, self._rendered = self._rendered, wanted
        if shown is None or (shown.face, shown.panel) != (wanted.face, wanted.panel):
            self._icon.icon = _picture(self._icon, wanted.face, wanted.panel)
        if shown is None or shown.title != wanted.title:
            self._icon.title = wanted.title
        if shown is None or shown.items != wanted.items:
            self._icon.menu = Menu(*self._menu(wanted.items))

    def _menu(self, items: Sequence[Item]) -> list[Any]:
        """Return the menu as pystray takes it."""
        return [Menu.SEPARATOR if item == SEPARATOR else self._menu_item(item) for item in items]

    def _menu_item(self, item: Item) -> Any:
        choice, checked = item.choice, item.checked
        action: Any = None
        if item.items:
            action = Menu(*self._menu(item.items))
        elif choice is not None:
            chosen = choice
            action = lambda: self.choose(chosen)  # noqa: E731 - pystray counts a function's arguments
        return MenuItem(
            item.label,
            action,
            checked=None if checked is None else lambda _: checked,
            radio=item.radio,
            enabled=item.enabled,
        )

    def _act(self) -> None:
        """Do what was chosen, one after the other, and look at what came of it."""
        while True:
            choice = self._choices.get()
            try:
                self._do(choice)
            except (ControlError, OSError, subprocess.SubprocessError) as e:
                self._tell(Notice("That did not work", str(e) or type(e).__name__))
            self._watch.expect_change()
            self._look_now.set()

    def _do(self, choice: Choice) -> None:
        if isinstance(choice, Arm):
            self._armed = (choice, time.monotonic() + CONFIRM_S)
            self._tell(Notice("Not paused yet", "Open the menu again to confirm that keys and passwords may leave."))
            return
        armed, self._armed = self._armed, None
        if isinstance(choice, Pause) and not choice.floor and (armed is None or armed[0].minutes != choice.minutes):
            return  # a click on a menu that is out of date confirms nothing
        self._starting = choice is Do.START
        self._look_now.set()
        try:
            notice = self._acting.do(choice)
        finally:
            self._starting = False
        if notice is not None:
            self._tell(notice)
        if choice is Do.STOP_AND_QUIT:
            self.choose(Do.QUIT)

    def _made(self, desktop: Desktop) -> Any:
        if desktop.kind is Kind.SNI:
            from maskwire_tray.sni.icon import SniIcon

            return SniIcon(NAME, desktop.address, NAME, self._stands_on)
        made = (appindicator() if desktop.kind is Kind.APPINDICATOR else None) or BaseIcon
        return made(NAME, title=NAME)

    def _stands_on(self, panel: Panel) -> None:
        self._panel = panel
        self._look_now.set()

    def _tell(self, notice: Notice) -> None:
        if self._icon.HAS_NOTIFICATION and self._icon.visible:
            self._icon.notify(notice.text, notice.title)


def _picture(icon: Any, face: Face, panel: Panel) -> Any:
    """Return all sizes for a panel that can choose, else the largest."""
    if type(icon).__module__.startswith("maskwire_tray"):
        return draw_all(face, panel)
    return draw(face, 64, panel)
