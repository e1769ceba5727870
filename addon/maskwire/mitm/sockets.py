"""WebSockets to protected hosts: each message of the client is masked as a request, each answer restored.

Whatever fails on the client's side becomes a refusal in the provider's own shape and the end of the connection.
"""

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from maskwire.errors import BlockedError, Reason
from maskwire.exchange import Outcome
from maskwire.mitm.bypass import passes_all
from maskwire.mitm.engine import http
from maskwire.mitm.ledger import Ledger
from maskwire.mitm.masking import Masked, mask
from maskwire.mitm.outgoing import Outgoing
from maskwire.mitm.refuse import place_of
from maskwire.mitm.services import Notice, NoticeKind, Services
from maskwire.mitm.socket_layer import SOCKET, VERDICT, Decision, Message, Verdict
from maskwire.policy import Mode, Policy
from maskwire.stream.restorer import Tally
from maskwire.stream.socket import SocketRestorer
from maskwire.wire.encoded import LEAVE
from maskwire.wire.formats import surface_of
from maskwire.wire.socket import METHOD, SocketFormat
from maskwire.wire.surface import Surface

log = logging.getLogger(__name__)

_STATUS = 101

PROMPT_S = 0.02
"""Seconds in which most messages are searched; the provider's wait no longer than that for one that takes longer."""


@dataclass(slots=True)
class Conversation:
    """One WebSocket: how it is read, what is restored, and the exchange that is open."""

    surface: Surface
    reads: SocketFormat
    handshake: Ledger
    restorer: SocketRestorer
    limit_bytes: int
    known_urls: frozenset[str] = field(default=frozenset(), repr=False)
    current: Ledger | None = None
    latest: asyncio.Task[Verdict] | None = field(default=None, repr=False)
    spoiled: bool = False

    def tails(self) -> tuple[Message, ...]:
        """Return what is still held back of the provider's answer."""
        return tuple(Message(is_text=True, content=tail) for tail in self.restorer.flush())


class Sockets:
    """Decides about upgrades and messages. ``record`` notes in a ledger what masking found."""

    def __init__(self, services: Services, record: Callable[[Ledger, Masked, Policy, bool], None]) -> None:
        self._services = services
        self._record = record
        self._waiting: set[int] = set()

    @property
    def active(self) -> int:
        """How many conversations have asked for an answer that has not ended."""
        return len(self._waiting)

    def admit(self, flow: http.HTTPFlow, ledger: Ledger) -> None:
        """Take over a request to leave HTTP for a conversation that can be masked.

        Raises:
            BlockedError: there is no such conversation at this address.
        """
        request = flow.request
        surface = surface_of(METHOD, ledger.host, request.path)
        wanted = request.headers["upgrade"].strip().lower(), request.headers.get("sec-websocket-version", "")
        is_socket = wanted == ("websocket", "13") and request.method == "GET" and request.http_version == "HTTP/1.1"
        if surface is None or not isinstance(surface.format, SocketFormat) or not is_socket:
            raise BlockedError(
                Reason.UPGRADE_UNSUPPORTED, "this WebSocket is not known to maskwire; use HTTPS requests instead"
            )
        ledger.surface = surface
        how = self._services.restoration(ledger.host, Tally(), frozenset())
        restorer = surface.format.messages(how)
        limit = self._services.limits.body_bytes
        flow.metadata[SOCKET] = Conversation(surface, surface.format, ledger, restorer, limit)

    def opens(self, flow: http.HTTPFlow) -> bool:
        """Tell whether the provider agreed to the WebSocket that was asked for, and to nothing else."""
        assert flow.response is not None  # asked in responseheaders only
        return SOCKET in flow.metadata and flow.response.headers.get("upgrade", "").strip().lower() == "websocket"

    async def message(self, flow: http.HTTPFlow) -> None:
        """Leave a verdict about the latest message for the layer."""
        assert flow.websocket is not None  # mitmproxy calls its hook for WebSockets only
        talk: Conversation = flow.metadata[SOCKET]
        latest = flow.websocket.messages[-1]
        flow.websocket.messages.clear()
        latest.drop()  # type: ignore[no-untyped-call]  # a layer that knows no verdicts sends nothing
        message = Message(latest.is_text, latest.content)
        if latest.from_client:
            flow.metadata[VERDICT] = await self._soon(talk, message)
        else:
            flow.metadata[VERDICT] = self._answered(talk, message)

    def end(self, flow: http.HTTPFlow) -> None:
        """Close the exchange that is still open."""
        if (talk := flow.metadata.get(SOCKET)) is not None:
            if talk.latest is not None:
                talk.latest.cancel()
            self._waiting.discard(id(talk))
            self._close(talk)

    async def _soon(self, talk: Conversation, message: Message) -> Decision:
        """Return what is decided about a message, or the task that will decide after those before it."""
        turn = self._in_turn(talk.latest, talk, message)
        talk.latest = asyncio.get_running_loop().create_task(turn, name="maskwire message")
        await asyncio.wait({talk.latest}, timeout=PROMPT_S)
        return talk.latest

    async def _in_turn(self, before: asyncio.Task[Verdict] | None, talk: Conversation, message: Message) -> Verdict:
        if before is not None:
            await asyncio.wait({before})
        return await self._asked(talk, message)

    async def _asked(self, talk: Conversation, message: Message) -> Verdict:
        ledger = Ledger(self._services.clock(), talk.handshake.host, METHOD, talk.surface, talk.handshake.program)
        ledger.request_bytes = len(message.content)
        began = time.perf_counter()
        try:
            return Verdict((await self._masked(talk, message, ledger),))
        except Exception as e:  # noqa: BLE001 - whatever went wrong, the message must not leave
            if not isinstance(e, BlockedError):
                log.error("message refused after an internal error", extra={"error": place_of(e)})  # noqa: TRY400
                e = BlockedError(Reason.INTERNAL_ERROR, "an error inside maskwire; run `maskwire doctor`")
            self._close(talk)
            ledger.outcome, ledger.reason = Outcome.BLOCKED, e.reason
            talk.current = ledger
            return Verdict(farewell=talk.reads.farewell(e))
        finally:
            ledger.added_s = time.perf_counter() - began

    async def _masked(self, talk: Conversation, message: Message, ledger: Ledger) -> Message:
        """Return the message as it may leave.

        Raises:
            BlockedError: it must not leave.
        """
        policy, host = await ledger.policy(self._services.policy()), ledger.host
        if passes_all(policy, host):
            return message
        if policy.host(host).mode is Mode.BLOCK:
            raise BlockedError(Reason.POLICY_BLOCKED, "this host is blocked in maskwire's settings")
        if not message.is_text and not _is_utf8(message.content):
            if policy.host(host).media:
                return message
            raise BlockedError(
                Reason.CONTENT_UNSUPPORTED,
                f"a binary message cannot be masked; {LEAVE}",
            )
        outgoing = Outgoing(talk.surface, host, "", message.content, "application/json")
        masked = await mask(outgoing, policy, self._services)
        if masked.local:
            raise BlockedError(
                Reason.POLICY_BLOCKED,
                "this holds data that may go to a local model only, which an open connection cannot be led to",
            )
        changed = masked.outgoing.body != message.content
        self._record(ledger, masked, policy, changed)
        asks = await asyncio.to_thread(talk.reads.is_request, message.content)
        if changed or masked.entities or asks:
            self._open(talk, ledger)
        if asks:
            self._waiting.add(id(talk))
        return Message(message.is_text, masked.outgoing.body)

    def _open(self, talk: Conversation, ledger: Ledger) -> None:
        """Let ``ledger`` count what is answered from now on."""
        self._close(talk)
        talk.current = ledger
        talk.known_urls |= ledger.known_urls
        talk.restorer.use(self._services.restoration(ledger.host, ledger.tally, talk.known_urls))

    def _answered(self, talk: Conversation, message: Message) -> Verdict:
        if talk.current is not None:
            talk.current.response_bytes += len(message.content)
            self._services.sent.keep(talk.current.sent)
            talk.current.sent = ()
        try:
            pieces = talk.restorer.feed(message.content) if _is_utf8(message.content) else [message.content]
        except Exception as e:  # noqa: BLE001 - an answer with tokens in it is better than none
            self._spoil(talk, place_of(e))
            return Verdict((message,))
        if talk.restorer.idle:
            self._waiting.discard(id(talk))
        if talk.restorer.unread:
            self._spoil(talk, "")
        return Verdict(tuple(Message(message.is_text, piece) for piece in pieces))

    def _spoil(self, talk: Conversation, where: str) -> None:
        """Tell once that an answer keeps its tokens."""
        if not talk.spoiled:
            talk.spoiled = True
            host = talk.handshake.host
            log.warning("answer not restored", extra={"host": host, "error": where})
            self._services.report(Notice(NoticeKind.ANSWER_NOT_RESTORED, host, talk.handshake.program_name()))

    def _close(self, talk: Conversation) -> None:
        ledger, talk.current = talk.current, None
        if ledger is None:
            return
        try:
            self._services.journal(ledger.exchange(self._services.clock(), _STATUS))
        except Exception as e:  # noqa: BLE001 - a row that is lost must not end the conversation
            log.error("exchange not journalled", extra={"error": place_of(e)})  # noqa: TRY400 - a traceback may show values


def _is_utf8(content: bytes) -> bool:
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return True
