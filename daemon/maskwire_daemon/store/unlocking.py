"""Asking a key provider from an event loop: in a thread, with a deadline, and only once at a time.

A locked keyring may show a dialog that stays open for minutes. The loop goes on; whoever asks again while the
dialog is open waits for the same answer instead of opening another.
"""

import asyncio
import contextlib
import threading
from concurrent.futures import Future

from maskwire.errors import VaultLocked
from maskwire_daemon.store.providers import KeyProvider


class Unlocking:
    """One provider's master key, awaited. Belongs to one event loop."""

    def __init__(self, provider: KeyProvider) -> None:
        self.provider = provider
        self._asked: Future[bytes] | None = None

    async def master(self, deadline_s: float | None = 2.0, *, create: bool = True) -> bytes:
        """Return the master key; ``create`` as in ``KeyProvider.master``.

        Raises:
            VaultLocked: no answer within ``deadline_s`` seconds; asking again later joins the same attempt.
            VaultError: what the provider raises.
        """
        asked = self._asked or self._ask(create=create)
        answered = asyncio.Event()
        loop = asyncio.get_running_loop()

        def wake(_: Future[bytes]) -> None:
            with contextlib.suppress(RuntimeError):  # the loop is closed, nobody waits
                loop.call_soon_threadsafe(answered.set)

        asked.add_done_callback(wake)
        try:
            async with asyncio.timeout(deadline_s):
                await answered.wait()
        except TimeoutError:
            raise VaultLocked(
                f"The {self.provider.name} has not answered within {deadline_s:g} s; it may wait for you in a dialog. "
                "Unlock the keyring, then run `maskwire status`."
            ) from None
        self._asked = None
        return asked.result()

    def _ask(self, *, create: bool) -> Future[bytes]:
        asked: Future[bytes] = Future()

        def work() -> None:
            try:
                asked.set_result(self.provider.master(create=create))
            except Exception as error:  # noqa: BLE001 - handed to whoever awaits it
                asked.set_exception(error)

        # a thread of its own: an executor would wait for the dialog when the loop ends
        threading.Thread(target=work, name="maskwire-key", daemon=True).start()
        self._asked = asked
        return asked
