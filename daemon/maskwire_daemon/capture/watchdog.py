"""Watches over a daemon that set this machine's proxy settings: a small process that does nothing until it dies. IO.

It waits on a pipe whose other end only the daemon holds: however that ends, the pipe closes at once, without a look
at the clock. If the daemon put everything back, there is nothing to do. Else it serves the proxy script in the
daemon's place, so that no browser finds it missing and goes straight out, and gives the daemon some time to return.
After that the person's choice holds: providers stay closed, or the settings from before come back. Either is told.

Standard library only, to be small and to start at once.
"""

import os
import select
import socket
import sys
import time
from collections.abc import Mapping
from enum import Enum, auto
from typing import BinaryIO

from maskwire.errors import ControlError
from maskwire_client.client import Client
from maskwire_client.errors import ControlError as ClientError
from maskwire_client.errors import NotRunning
from maskwire_daemon.capture import kept, notify, pac
from maskwire_daemon.capture.keeper import Keeper
from maskwire_daemon.capture.places import ENVIRONMENT, LOOPBACK, pac_url
from maskwire_daemon.paths import Paths
from maskwire_daemon.platform.system_proxy import Way
from maskwire_daemon.singleton import is_held

LOOK_S = 0.25
"""Seconds between looks for a daemon that returned, while its time runs."""

LOOK_LATER_S = 1.0
"""The same afterwards, for hours perhaps."""

ANSWER_S = 5.0
"""Seconds that a daemon has to answer."""

READ_S = 2.0
"""Seconds that somebody who asks for the script has to say so."""

RESTORED = (
    "maskwire was killed and did not come back. Your earlier proxy settings are restored, so programs reach AI "
    "providers UNPROTECTED until you start it: maskwire up"
)
BLOCKED = (
    "maskwire was killed and did not come back. AI providers stay blocked, everything else works. Start it with "
    "`maskwire up`, or give up protection with `maskwire capture off`"
)
REDIRECTED = (
    "maskwire was killed, and redirection ended with it: what these programs send goes to AI providers UNPROTECTED "
    "until you start it with `maskwire up`: {}"
)


class Daemon(Enum):
    """How it stands with the daemon of this home."""

    GONE = auto()
    SILENT = auto()
    """It lives and does not answer, as for a while after a machine's sleep: nothing of its own may be touched."""
    PROTECTS = auto()


def daemon_of(paths: Paths, environ: Mapping[str, str]) -> Daemon:
    """Return how it stands with the daemon of this home; one that has not opened its proxy yet is as good as gone."""
    try:
        return Daemon.PROTECTS if Client.running(environ, timeout_s=ANSWER_S).status().proxy else Daemon.GONE
    except NotRunning:
        return Daemon.GONE
    except ClientError:
        return Daemon.SILENT if is_held(paths.lock) else Daemon.GONE


class Watchdog:
    """One watch, from the daemon's death to its return."""

    def __init__(self, paths: Paths, keeper: Keeper, environ: Mapping[str, str] = os.environ) -> None:
        self._paths = paths
        self._keeper = keeper
        self._environ = environ
        self._listener: socket.socket | None = None

    def wait(self, pipe: BinaryIO) -> None:
        """Return when the daemon is gone."""
        while pipe.read(1):
            pass

    def stand_in(self) -> None:
        """Stand in for the daemon that is gone, until one is back or nothing leads to it any more.

        While one starts, which its lock tells, nothing is decided: it will lead the settings to itself.
        """
        died = time.monotonic()
        after = self._keeper.kept().after
        told = decided = False
        try:
            while (daemon := self._daemon()) is not Daemon.PROTECTS:
                if daemon is Daemon.SILENT:
                    died = time.monotonic()
                    time.sleep(LOOK_LATER_S)
                    continue
                if after.apps and not told:
                    notify.tell(self._paths, REDIRECTED.format(after.apps))
                    told = True
                self._listen()
                self._serve(LOOK_LATER_S if decided else LOOK_S)
                if not decided and time.monotonic() - died >= after.grace_s and not is_held(self._paths.lock):
                    decided = self._decide(block=after.block)
        finally:
            self._close()

    def _daemon(self) -> Daemon:
        """Return how it stands with the daemon; where nothing leads to it, nobody needs more than there is."""
        return daemon_of(self._paths, self._environ) if kept.load(self._paths).matters else Daemon.PROTECTS

    def _decide(self, *, block: bool) -> bool:
        """Do what the person chose; tell whether it is done for good."""
        found = self._keeper.kept()
        try:
            if not found.places and not found.after.script:
                self._keeper.after(kept.AfterDeath())  # there were redirected programs only, which was told
            elif block and self._block():
                notify.tell(self._paths, BLOCKED)
            else:
                self._restore()
                notify.tell(self._paths, RESTORED)
        except ControlError as e:
            notify.tell(self._paths, f"maskwire was killed, and its proxy settings could not be taken back: {e}")
        return True

    def _block(self) -> bool:
        """Leave nothing but the script; tell whether it is served, for without it more than providers would fail."""
        found = self._keeper.kept()
        if self._listener is None:
            return False
        url = pac_url(self._listener.getsockname()[1], found.after.script)
        for name in found.places:
            if name == ENVIRONMENT:
                self._keeper.let_go(name)
            else:
                self._keeper.lead(name, Way(LOOPBACK, 0, url), past=True)
        return True

    def _restore(self) -> None:
        self._close()
        try:
            self._keeper.let_all_go()
        finally:
            self._keeper.after(kept.AfterDeath())

    def _listen(self) -> None:
        """Take the daemon's port for the script, as soon as it is free."""
        after = self._keeper.kept().after
        if self._listener is not None or not after.script:
            return
        listener = socket.socket()
        try:
            if sys.platform != "win32":
                listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind((LOOPBACK, after.pac_port))
            listener.listen()
        except OSError:
            listener.close()
        else:
            self._listener = listener

    def _serve(self, for_s: float) -> None:
        """Answer whoever asks for the script within the next seconds."""
        until = time.monotonic() + for_s
        while (left := until - time.monotonic()) > 0:
            if self._listener is None:
                time.sleep(left)
            elif select.select([self._listener], [], [], left)[0]:
                self._answer(self._listener)

    def _answer(self, listener: socket.socket) -> None:
        script = self._keeper.kept().after.script
        try:
            connection, _ = listener.accept()
            with connection:
                head = _head_of(connection, time.monotonic() + READ_S)
                connection.sendall(pac.respond(head, script, listener.getsockname()[1]))
        except OSError:
            return  # whoever asked is gone

    def _close(self) -> None:
        if self._listener is not None:
            self._listener.close()
            self._listener = None


def _head_of(connection: socket.socket, until: float) -> bytes:
    """Return the head of a request.

    Raises:
        TimeoutError: it did not come whole until then (monotonic seconds), in however many pieces.
    """
    head, piece = b"", b"-"
    while piece and b"\r\n\r\n" not in head and len(head) < pac.MAX_HEAD:
        if (left := until - time.monotonic()) <= 0:
            raise TimeoutError
        connection.settimeout(left)
        piece = connection.recv(4096)
        head += piece
    return head
