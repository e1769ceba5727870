"""pystray's icon on a StatusNotifierItem panel. IO: the session's bus, on an asyncio loop of its own.

``run`` keeps that loop on the calling thread; everything else may be called from any thread and returns at once.
"""

import asyncio
import contextlib
import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from dbus_fast import DBusFastError
from dbus_fast.aio import MessageBus
from PIL import Image

from maskwire_tray.icons import Panel
from maskwire_tray.sni.appearance import follow
from maskwire_tray.sni.item import ITEM_PATH, MENU_PATH, ItemService
from maskwire_tray.sni.layout import Numbers
from maskwire_tray.sni.menu import MenuService
from maskwire_tray.sni.notify import PICTURE_PX, Note, close, show
from maskwire_tray.sni.pixels import pixmaps
from maskwire_tray.sni.watcher import Watcher
from maskwire_tray.toolkit import BaseIcon


class SniIcon(BaseIcon):  # type: ignore[misc] # pystray has no types
    """An icon whose picture may be a sequence of images of different sizes, of which the panel takes what fits.

    ``on_panel`` is told, on the icon's loop, what it stands on, and each change of that.
    """

    HAS_DEFAULT_ACTION = False

    def __init__(
        self, name: str, address: str, title: str = "", on_panel: Callable[[Panel], None] = lambda _: None
    ) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        super().__init__(name, title=title)
        self._address = address
        self._on_panel = on_panel
        self._numbers = Numbers()
        self._item = ItemService(name)
        self._service = MenuService()
        self._ended = asyncio.Event()
        self._on_show = asyncio.Event()
        self._notes: asyncio.Queue[Note | None] = asyncio.Queue()
        self._item.text(self.title)

    def run(self, setup: Callable[[Any], None] | None = None) -> None:
        """Show the icon until ``stop``, a signal, or the end of the session's bus.

        Raises:
            OSError: there is no bus, or it does not let us in.
        """
        asyncio.run(self._serve(setup))

    async def _serve(self, setup: Callable[[Any], None] | None) -> None:
        try:
            bus = await MessageBus(bus_address=self._address).connect()
        except (OSError, EOFError, DBusFastError) as e:
            raise OSError(f"the session's D-Bus cannot be used: {type(e).__name__}") from e
        self._loop = asyncio.get_running_loop()
        own = f"org.kde.StatusNotifierItem-{os.getpid()}-1"
        bus.export(ITEM_PATH, self._item)
        bus.export(MENU_PATH, self._service)
        await bus.request_name(own)
        with _signals(self._ended):
            self._start_setup(setup)
            self._mark_ready()
            with contextlib.suppress(OSError, EOFError, DBusFastError):  # whichever part first finds the bus gone
                await self._until_ended(bus, Watcher(bus, own))
        self._loop = None
        bus.disconnect()

    async def _until_ended(self, bus: MessageBus, watcher: Watcher) -> None:
        async with asyncio.TaskGroup() as group:
            tasks = [
                group.create_task(self._register(watcher)),
                group.create_task(self._show_notes(bus)),
                group.create_task(follow(bus, os.environ, self._on_panel)),
                group.create_task(self._bus_ends(bus)),
            ]
            await self._ended.wait()
            for task in tasks:
                task.cancel()

    async def _register(self, watcher: Watcher) -> None:
        await self._on_show.wait()
        await watcher.follow()

    async def _bus_ends(self, bus: MessageBus) -> None:
        await bus.wait_for_disconnect()  # type: ignore[no-untyped-call]
        self._ended.set()

    async def _show_notes(self, bus: MessageBus) -> None:
        """Show notifications one after the other; a new one takes the place of the one before."""
        number = 0
        while True:
            note = await self._notes.get()
            if note is not None:
                number = await show(bus, number, note, self._largest())
            elif number:
                close(bus, number)

    def _largest(self) -> Image.Image | None:
        fitting = [image for image in self._images() if image.width <= PICTURE_PX]
        return fitting[-1] if fitting else None

    def _images(self) -> Sequence[Image.Image]:
        if self.icon is None:
            return ()
        return (self.icon,) if isinstance(self.icon, Image.Image) else tuple(self.icon)

    def _show(self) -> None:
        self._update_title()
        self._post(self._item_shown, True)  # noqa: FBT003 - passed on by the loop

    def _hide(self) -> None:
        self._post(self._item_shown, False)  # noqa: FBT003 - as above

    def _item_shown(self, shown: bool) -> None:
        self._item.show(shown=shown)
        if shown:
            self._on_show.set()

    def _update_icon(self) -> None:
        self._icon_valid = True
        self._post(self._item.picture, pixmaps(self._images()))

    def _update_title(self) -> None:
        self._post(self._item.text, self.title)

    def _update_menu(self) -> None:
        self._post(self._service.replace, self._numbers.tree(self.menu, self._pressed))

    def _pressed(self, item: Any) -> Callable[[], None]:
        return lambda: item(self)

    def _notify(self, message: str, title: str | None = None) -> None:
        self._post(self._notes.put_nowait, Note(title or self.title, message))

    def _remove_notification(self) -> None:
        self._post(self._notes.put_nowait, None)

    def _stop(self) -> None:
        self._post(self._ended.set)

    def _post[*P](self, call: Callable[[*P], object], *given: *P) -> None:
        """Let the loop do it; before there is one, do it at once: nobody else looks yet."""
        if self._loop is None:
            call(*given)
            return
        with contextlib.suppress(RuntimeError):  # the loop has just ended
            self._loop.call_soon_threadsafe(call, *given)


@contextlib.contextmanager
def _signals(ended: asyncio.Event) -> Iterator[None]:
    """Set ``ended`` when the session or a terminal asks us to go; only the main thread hears them."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    loop = asyncio.get_running_loop()
    numbers = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
    for number in numbers:
        loop.add_signal_handler(number, ended.set)
    try:
        yield
    finally:
        for number in numbers:
            loop.remove_signal_handler(number)
