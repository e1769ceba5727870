"""What the addon needs from the daemon that runs it: one frozen object, handed in once. Sans-IO."""

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from maskwire.detect.fragment import Fragment
from maskwire.exchange import Exchange
from maskwire.mitm.sent import Sent
from maskwire.policy import Policy
from maskwire.spans import Span
from maskwire.stream.restorer import Restoration, Tally
from maskwire.vault import Token, Vault
from maskwire.wire.local import LocalServer


class Detector(Protocol):
    """Finds values without blocking the loop."""

    async def find(self, fragments: Sequence[Fragment]) -> list[list[Span]]:
        """Return the spans of each fragment, in order.

        Raises:
            BlockedError: the detector failed; nothing may leave that depends on the answer.
        """


@dataclass(frozen=True, slots=True)
class Limits:
    """What one request may cost before it is refused."""

    body_bytes: int = 32 * 1024 * 1024
    """Bytes of a request body, as sent and again after its content-encoding is undone."""
    detect_s: float = 120.0
    """Seconds the detector may take for one request: NER reads about 60 KB of new text a second."""
    inline_bytes: int = 8 * 1024
    """Larger bodies are parsed in a thread: 27 KB of tool definitions took 4 ms, and the loop may wait 2 at most."""


class NoticeKind(StrEnum):
    """What a person should be told about, beyond the journal."""

    CLIENT_REJECTED_CERTIFICATE = "client_rejected_certificate"
    """A program does not trust our authority for a protected host, or pins another: it is not covered."""
    CLIENT_SENT_NOTHING = "client_sent_nothing"
    """A program accepted our certificate for a protected host and left without a request, as pinning ones do."""
    ANSWER_NOT_RESTORED = "answer_not_restored"
    """An answer came through with its tokens, since restoring failed or its encoding is unknown."""
    CONTROL_API_REFUSED = "control_api_refused"
    """A proxied program tried to reach the control API through the proxy."""


@dataclass(frozen=True, slots=True)
class Notice:
    """One such event; names only, never a value."""

    kind: NoticeKind
    host: str
    program: str = ""


def _any(token: Token) -> bool:
    del token
    return True


def _nowhere() -> None:
    return None


def _always() -> int:
    return 0


def _ignore(notice: Notice) -> None:
    del notice


@dataclass(frozen=True, slots=True)
class Services:
    """Everything the addon calls. All but ``detector`` are synchronous and return at once.

    ``vault`` is called in a thread to tokenize and on the loop to resolve. ``policy`` returns the
    settings as they are now; they are read once for each request. ``journal`` gets one exchange for
    each request, also for refused, failed and aborted ones. ``program`` names the program behind a
    client address (host, port); it may be slow, since it is called in a thread. ``ours`` is the keyed check
    of a token (``Minter.may_be_ours``): what fails it in an answer is ordinary text. ``local`` returns the server on
    this machine for what may not leave it. ``generation`` is another number after every change of what is searched for,
    and ``sent`` remembers what was masked in the texts that left. ``expect`` is told the texts of a request in a
    thread, where the vault is on another machine: values of the tokens in them are at hand then when an answer comes.
    It never fails.
    """

    detector: Detector
    vault: Vault
    policy: Callable[[], Policy]
    journal: Callable[[Exchange], None]
    clock: Callable[[], float] = time.time
    limits: Limits = Limits()
    program: Callable[[tuple[str, int]], str] | None = None
    notice: Callable[[Notice], None] = _ignore
    ours: Callable[[Token], bool] = _any
    local: Callable[[], LocalServer | None] = _nowhere
    generation: Callable[[], int] = _always
    expect: Callable[[Sequence[str]], None] | None = None
    sent: Sent = field(default_factory=Sent)

    def restoration(self, host: str, tally: Tally, known_urls: frozenset[str]) -> Restoration:
        """Return how an answer of ``host`` is restored by the policy of now."""
        policy = self.policy()
        settings = policy.host(host)
        return Restoration(
            resolve=self.vault.resolve,
            tally=tally,
            restore_arguments=settings.restore_arguments,
            masked_tools=settings.masked_tools,
            restore_urls=settings.restore_urls,
            known_urls=known_urls,
            ours=self.ours,
            surrogates=bool(policy.surrogates),
        )

    def report(self, notice: Notice) -> None:
        """Tell ``notice``. Whatever goes wrong there must not touch the traffic that it is about."""
        with suppress(Exception):
            self.notice(notice)
