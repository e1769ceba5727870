"""The hooks: what mitmproxy calls for each request and answer, and nothing that leaves them by accident.

mitmproxy logs an exception in a hook and sends the original on. So every hook that may let text out
catches everything and answers by itself: a refusal in the provider's own shape, before any byte leaves.
"""

import logging
import time

from maskwire.errors import BlockedError, Reason
from maskwire.exchange import Outcome
from maskwire.mitm import coding, uploads
from maskwire.mitm import flow as flows
from maskwire.mitm.answer import Answer, stream_of
from maskwire.mitm.bypass import Scope, passes_all
from maskwire.mitm.clients import Clients
from maskwire.mitm.engine import http
from maskwire.mitm.ledger import Ledger
from maskwire.mitm.local import LOCAL_NAME, send_to
from maskwire.mitm.masking import Masked, mask
from maskwire.mitm.outgoing import Outgoing
from maskwire.mitm.patches import ANSWER, LIMIT
from maskwire.mitm.refuse import place_of, readable, refusal_of, unreachable
from maskwire.mitm.services import Notice, NoticeKind, Services
from maskwire.mitm.socket_layer import SOCKET
from maskwire.mitm.sockets import Sockets
from maskwire.policy import Mode, Policy
from maskwire.stream.bodies import Untouched
from maskwire.wire.formats import surface_of
from maskwire.wire.surface import Refusal, Treatment

log = logging.getLogger(__name__)

LEDGER = "maskwire.ledger"
"""Key in ``flow.metadata`` of a flow that is ours to protect; others are foreign and go through untouched."""


class Addon:
    """Masks requests to the hosts in ``scope`` and restores their answers."""

    name = "maskwire"

    def __init__(self, services: Services, scope: Scope) -> None:
        self.scope = scope
        self._services = services
        self._clients = Clients(services, lambda: self.scope)
        self._sockets = Sockets(services, self._record)
        self.addons = [self._clients]
        self._running: dict[str, Ledger] = {}

    @property
    def active(self) -> int:
        """How many exchanges have begun and not ended, answers over WebSockets included."""
        return len(self._running) + self._sockets.active

    # requests

    def requestheaders(self, flow: http.HTTPFlow) -> None:
        """Open a ledger for a protected request and refuse what its headers already rule out."""
        if flow.response is not None:  # answered before it came here: nothing will be sent
            return
        try:
            policy = self._services.policy()
            if self._is_foreign(flow, policy):
                flow.request.stream = True
                return
            ledger = self._open(flow)
            ledger.surface = surface_of(flow.request.method, ledger.host, flow.request.path)
            self._check(flow, ledger)
        except BaseException as e:
            self._fail(flow, e)
            if not isinstance(e, Exception):
                raise

    async def request(self, flow: http.HTTPFlow) -> None:
        """Mask the request, or answer it with a refusal."""
        ledger: Ledger | None = flow.metadata.get(LEDGER)
        began = time.perf_counter()
        try:
            if ANSWER in flow.metadata:
                return
            await self._protect(flow, ledger, self._services.policy())
        except BaseException as e:
            self._fail(flow, e)
            if not isinstance(e, Exception):
                raise
        finally:
            if ledger is not None:
                ledger.added_s += time.perf_counter() - began

    # answers

    def responseheaders(self, flow: http.HTTPFlow) -> None:
        """Let the answer through piece by piece, restored."""
        ledger: Ledger | None = flow.metadata.get(LEDGER)
        response = flow.response
        if response is None or ANSWER in flow.metadata:
            return
        if ledger is None:
            response.stream = True
            return
        ledger.answered = self._services.clock()
        if response.status_code < 400:  # else it is not certain that all of the request was read
            self._services.sent.keep(ledger.sent)
            ledger.sent = ()
        try:
            if response.status_code == 101:
                if not self._sockets.opens(flow):
                    flows.kill(flow)
                return
            self._restore(flow, ledger)
        except Exception as e:  # noqa: BLE001 - an answer with tokens in it is better than none
            response.stream = True
            self._spoiled(ledger, e)

    def response(self, flow: http.HTTPFlow) -> None:
        """Close the ledger of an answer that is complete."""
        self._close(flow)

    def error(self, flow: http.HTTPFlow) -> None:
        """Close the ledger of an exchange that broke off, and say why where no answer has begun."""
        ledger: Ledger | None = flow.metadata.get(LEDGER)
        if ledger is None:
            return
        message = flow.error.msg if flow.error else ""
        local = ledger.outcome is Outcome.LOCAL
        if ledger.outcome is not Outcome.BLOCKED:
            left = not flow.client_conn.connected or message.startswith("Client disconnected")
            ledger.outcome, ledger.reason = Outcome.FAILED, "client_left" if left else "upstream_failed"
        if flow.response is None:
            asked = LOCAL_NAME if local else ledger.host
            self._answer(flow, unreachable(asked, message))
        self._close(flow)

    # other connections

    async def websocket_message(self, flow: http.HTTPFlow) -> None:
        """Mask and restore the messages of a protected WebSocket; keep no history of a foreign one."""
        if SOCKET in flow.metadata:
            await self._sockets.message(flow)
            return
        foreign = False
        try:
            foreign = LEDGER not in flow.metadata and self._is_foreign(flow, self._services.policy())
        finally:
            flows.discard_message(flow, forward=foreign)

    def websocket_end(self, flow: http.HTTPFlow) -> None:
        """Close the ledger of a conversation that is over."""
        self._sockets.end(flow)

    # steps

    def _is_foreign(self, flow: http.HTTPFlow, policy: Policy) -> bool:
        return not any(self.scope.decrypts(host, policy) for host in flows.named_hosts(flow))

    def _open(self, flow: http.HTTPFlow) -> Ledger:
        mine = next(h for h in flows.named_hosts(flow) if self.scope.holds(h))
        ledger = Ledger(started=self._services.clock(), host=mine.lower().rstrip("."), method=flow.request.method)
        ledger.program = self._clients.spoke(flow.client_conn)
        flow.metadata[LEDGER] = ledger
        flow.metadata[LIMIT] = self._services.limits.body_bytes
        self._running[flow.id] = ledger
        return ledger

    def _check(self, flow: http.HTTPFlow, ledger: Ledger) -> None:
        """Raise BlockedError for what headers and settings alone rule out."""
        limit = self._services.limits.body_bytes
        ledger.host = flows.host_of(flow)
        if flow.request.scheme != "https":
            raise BlockedError(
                Reason.HOST_MISMATCH, "plain http:// would show this request to the network; use https:// for this host"
            )
        if flows.is_upgrade(flow.request):
            self._sockets.admit(flow, ledger)
        if flows.announced_bytes(flow.request) > limit:
            raise flows.too_large(limit)
        if not coding.is_known(coding.name_of(flow.request.headers.get("content-encoding", ""))):
            coding.decode(b"", "?", limit)

    async def _protect(self, flow: http.HTTPFlow, ledger: Ledger | None, policy: Policy) -> None:
        if ledger is None:
            if self._is_foreign(flow, policy):
                return
            raise BlockedError(Reason.INTERNAL_ERROR, "the request began before its host was protected; send it again")
        surface = ledger.surface
        body = flows.body_of(flow, self._services.limits.body_bytes)
        ledger.request_bytes = len(flow.request.raw_content or b"")
        flow.request.trailers = None
        policy = await ledger.policy(policy)
        if policy.host(ledger.host).mode is Mode.BLOCK:
            raise BlockedError(Reason.POLICY_BLOCKED, "this host is blocked in maskwire's settings")
        if passes_all(policy, ledger.host):
            return
        if surface is None:
            raise BlockedError(
                Reason.UNKNOWN_SURFACE, "maskwire does not know the format of this host; set it to bypass, or remove it"
            )
        if not policy.paused and policy.host(ledger.host).mode is Mode.PROTECT:
            uploads.check(flow.request.headers)
        headers = flows.touchable(flow.request)
        outgoing = Outgoing(
            surface=surface,
            host=ledger.host,
            target=flow.request.path,
            body=body,
            content_type=flow.request.headers.get("content-type", ""),
            headers=tuple(value for _, _, value in headers),
            signed=flows.is_signed(flow.request),
        )
        masked = await mask(outgoing, policy, self._services)
        if masked.local:
            send_to(self._services.local(), flow, surface, body)
        else:
            self._write(flow, outgoing, masked.outgoing)
        self._record(ledger, masked, policy, masked.outgoing != outgoing)

    def _write(self, flow: http.HTTPFlow, before: Outgoing, after: Outgoing) -> None:
        """Put what changed into the flow; headers first, while their numbers still hold."""
        for (number, _, old), new in zip(flows.touchable(flow.request), after.headers, strict=True):
            if new != old:
                flows.set_header(flow.request, number, new)
        if after.target != before.target:
            flow.request.path = after.target
        if after.body != before.body:
            flows.set_body(flow, after.body)
            uploads.correct(flow.request.headers, len(flow.request.raw_content or b""))
        if before.surface.treatment is Treatment.MASK and not before.signed:
            flow.request.headers["accept-encoding"] = "identity"
            flows.drop(flow.request.headers, uploads.ANNOUNCED)

    def _record(self, ledger: Ledger, masked: Masked, policy: Policy, changed: bool) -> None:
        ledger.model, ledger.paths = masked.model, masked.paths
        ledger.entities, ledger.actions = masked.entities, masked.actions
        ledger.known_urls, ledger.spots = masked.known_urls, masked.spots
        ledger.find_s, ledger.mask_s, ledger.sent = masked.find_s, masked.mask_s, masked.sent
        if masked.local:
            ledger.outcome = Outcome.LOCAL
        elif policy.host(ledger.host).mode is Mode.OBSERVE:
            ledger.outcome = Outcome.OBSERVED
        elif changed:
            ledger.outcome = Outcome.MASKED
        elif masked.outgoing.surface.treatment is Treatment.MASK:
            ledger.outcome = Outcome.CLEAN

    def _restore(self, flow: http.HTTPFlow, ledger: Ledger) -> None:
        response, surface = flow.response, ledger.surface
        assert response is not None  # the caller has looked
        flows.drop(response.headers, ("alt-svc",))
        if surface is None or not flows.has_body(flow):
            return
        how = self._services.restoration(ledger.host, ledger.tally, ledger.known_urls)
        name = coding.name_of(response.headers.get("content-encoding", ""))
        restorer = surface.stream(response.headers.get("content-type", ""), how)
        plain = isinstance(restorer, Untouched)
        decoder = None
        if not plain and not coding.is_known(name):
            self._spoiled(ledger, BlockedError(Reason.ENCODING_UNSUPPORTED, "the answer's content-encoding is unknown"))
            restorer, plain = Untouched(), True
        if not plain:
            decoder = coding.decoder(name) if name else None
            flows.drop(response.headers, ("content-encoding",))
            flows.frame_anew(flow)
        response.stream = stream_of(
            Answer(
                restorer, decoder, ledger, spoiled=lambda: self._spoiled(ledger, None), broken=lambda: flows.kill(flow)
            )
        )

    def _fail(self, flow: http.HTTPFlow, error: BaseException) -> None:
        """Answer with a refusal; kill the flow if even that cannot be made."""
        try:
            if not isinstance(error, BlockedError):
                if isinstance(error, Exception):
                    log.error("request refused after an internal error", extra={"error": place_of(error)})
                error = BlockedError(Reason.INTERNAL_ERROR, "an error inside maskwire; run `maskwire doctor`")
            ledger: Ledger | None = flow.metadata.get(LEDGER)
            if ledger is not None:
                ledger.outcome, ledger.reason = Outcome.BLOCKED, error.reason
            self._answer(flow, refusal_of(ledger.surface if ledger else None, error))
        except BaseException:
            flows.kill(flow)
            raise

    def _answer(self, flow: http.HTTPFlow, refusal: Refusal) -> None:
        flow.request.stream = False
        refusal = readable(refusal, flow.request.headers.get("origin", ""))
        flow.response = flow.metadata[ANSWER] = flows.answer(refusal)

    def _spoiled(self, ledger: Ledger, error: Exception | None) -> None:
        ledger.reason = ledger.reason or NoticeKind.ANSWER_NOT_RESTORED
        log.warning("answer not restored", extra={"host": ledger.host, "error": place_of(error) if error else ""})
        self._services.report(Notice(NoticeKind.ANSWER_NOT_RESTORED, ledger.host, ledger.program_name()))

    def _close(self, flow: http.HTTPFlow) -> None:
        ledger: Ledger | None = flow.metadata.get(LEDGER)
        if ledger is None or ledger.closed:
            return
        ledger.closed = True
        self._running.pop(flow.id, None)
        if flow.response and flow.response.stream:
            flow.response.stream = True  # the closure holds the flow: without it both go at once
        try:
            status = flow.response.status_code if flow.response else 0
            self._services.journal(ledger.exchange(self._services.clock(), status))
        except Exception as e:  # noqa: BLE001 - the answer has been given; a row that is lost must not take it back
            log.error("exchange not journalled", extra={"error": place_of(e)})  # noqa: TRY400 - a traceback may show values
