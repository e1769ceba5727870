"""The hooks themselves, on flows that mitmproxy's own test kit makes."""

import json
import logging
from collections.abc import Callable
from dataclasses import replace

import pytest
from mitmproxy.flow import Error
from mitmproxy.test import tflow, tutils

from maskwire.errors import Reason
from maskwire.exchange import Exchange, Outcome
from maskwire.mitm.addon import LEDGER, Addon
from maskwire.mitm.bypass import Scope
from maskwire.mitm.engine import http
from maskwire.mitm.ledger import Ledger
from maskwire.mitm.patches import ANSWER, LIMIT
from maskwire.mitm.services import Notice, NoticeKind, Services
from maskwire.policy import HostPolicy, Mode, Policy
from maskwire.tokens import Minter
from maskwire.wire.surface import Surface
from maskwire_daemon.store.vault import MemoryVault
from tests.fakes.detector import PatternDetector

HOST, EMAIL = "api.openai.com", "ada@example.org"
BODY = json.dumps({"model": "gpt-5", "messages": [{"role": "user", "content": EMAIL}]}).encode()


class Rig:
    """An addon with everything that it reports."""

    def __init__(self) -> None:
        self.journal: list[Exchange] = []
        self.notices: list[Notice] = []
        self.policy: Policy | Exception = Policy()
        services = Services(
            PatternDetector(),
            MemoryVault(Minter(b"k" * 32)),
            self._now,
            self.journal.append,
            clock=lambda: 1000.0,
            notice=self.notices.append,
        )
        self.addon = Addon(services, Scope([HOST]))

    def _now(self) -> Policy:
        if isinstance(self.policy, Exception):
            raise self.policy
        return self.policy

    async def ask(self, flow: http.HTTPFlow) -> http.HTTPFlow:
        """Call the hooks of a request in mitmproxy's order."""
        self.addon.requestheaders(flow)
        await self.addon.request(flow)
        return flow


@pytest.fixture
def rig() -> Rig:
    return Rig()


def flow_to(host: str = HOST, path: str = "/v1/chat/completions", body: bytes = BODY) -> http.HTTPFlow:
    headers = http.Headers(host=host, content_type="application/json")
    flow = tflow.tflow(
        req=tutils.treq(
            host=host,
            port=443,
            scheme=b"https",
            authority=b"",
            method=b"POST",
            path=path.encode(),
            headers=headers,
            content=body,
        )
    )
    flow.client_conn.sni = host
    return flow


def answered(flow: http.HTTPFlow, **headers: str) -> http.HTTPFlow:
    flow.response = tutils.tresp(headers=http.Headers(content_type="application/json"), content=b"")
    flow.response.headers.update({name.replace("_", "-"): value for name, value in headers.items()})
    return flow


async def test_a_request_is_masked(rig: Rig) -> None:
    flow = await rig.ask(flow_to())

    assert EMAIL.encode() not in (flow.request.raw_content or b"")
    assert flow.request.headers["content-length"] == str(len(flow.request.raw_content or b""))
    assert flow.request.headers["accept-encoding"] == "identity"
    assert flow.metadata[LIMIT] > 0


async def test_headers_are_edited_where_they_stand_although_others_go(rig: Rig) -> None:
    flow = flow_to()
    fields = [(b"digest", b"sha-256=x"), (b"x-first", b"1"), (b"x-title", f"by {EMAIL}".encode()), (b"x-last", b"2")]
    flow.request.headers.fields = (*fields, *flow.request.headers.fields)
    await rig.ask(flow)

    headers = flow.request.headers
    assert "digest" not in headers
    assert (headers["x-first"], headers["x-last"]) == ("1", "2")
    assert headers["x-title"].startswith("by ")
    assert EMAIL not in headers["x-title"]


async def test_a_foreign_request_is_not_even_kept(rig: Rig) -> None:
    flow = await rig.ask(flow_to("bank.test"))

    assert flow.request.stream is True
    assert flow.request.raw_content == BODY
    assert LEDGER not in flow.metadata
    assert rig.addon.active == 0


@pytest.mark.parametrize("error", [RuntimeError(EMAIL), MemoryError(), RecursionError()])
async def test_a_policy_that_cannot_be_read_sends_nothing(
    rig: Rig, error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    rig.policy = error
    flow = await rig.ask(flow_to("bank.test"))

    assert flow.response is not None
    assert flow.response.status_code == 400
    assert flow.request.stream is False
    assert EMAIL not in caplog.text


async def test_a_refusal_that_cannot_be_made_kills_the_request(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(Surface, "refusal", failing)
    flow = flow_to(path="/v1/unheard/of")
    with pytest.raises(RuntimeError):
        await rig.ask(flow)

    assert flow.error is not None
    assert flow.error.msg == Error.KILLED_MESSAGE


async def test_being_interrupted_still_leaves_a_refusal(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Surface, "parse", interrupted)
    flow = flow_to()
    with pytest.raises(KeyboardInterrupt):
        await rig.ask(flow)

    assert flow.metadata[ANSWER] is flow.response
    assert flow.response is not None
    assert flow.response.status_code == 400


async def test_a_request_that_skipped_its_first_hook_is_refused(rig: Rig) -> None:
    flow = flow_to()
    await rig.addon.request(flow)

    assert flow.response is not None
    assert flow.response.status_code == 400


async def test_a_host_that_becomes_protected_between_two_hooks_is_refused(rig: Rig) -> None:
    rig.policy = Policy(hosts={HOST: HostPolicy(mode=Mode.BYPASS)})
    flow = flow_to()
    rig.addon.requestheaders(flow)
    rig.policy = Policy()
    await rig.addon.request(flow)

    assert flow.response is not None
    assert Reason.INTERNAL_ERROR in (flow.response.text or "")


async def test_a_body_that_mitmproxy_streamed_already_is_refused(rig: Rig) -> None:
    flow = flow_to()
    rig.addon.requestheaders(flow)
    flow.request.stream = True
    await rig.addon.request(flow)

    assert flow.response is not None
    assert Reason.BODY_TOO_LARGE in (flow.response.text or "")


async def test_trailers_of_a_request_do_not_leave(rig: Rig) -> None:
    flow = flow_to()
    flow.request.trailers = http.Headers(x_note=EMAIL)
    await rig.ask(flow)

    assert flow.request.trailers is None


async def test_an_answer_is_streamed_through_a_function_that_never_raises(rig: Rig) -> None:
    flow = answered(await rig.ask(flow_to()), content_length="99", alt_svc="h3")
    rig.addon.responseheaders(flow)

    assert flow.response is not None
    step = flow.response.stream
    assert callable(step)
    assert "content-length" not in flow.response.headers
    assert "alt-svc" not in flow.response.headers
    assert step(b'{"a":') == []
    assert step(b"1}") == []
    assert step(b"") == [b'{"a":1}']


def answer_with(flow: http.HTTPFlow, rig: Rig, message: dict[str, object]) -> str:
    """Send one whole answer through the hooks and return what the client gets."""
    rig.addon.responseheaders(answered(flow))
    assert flow.response is not None
    step = flow.response.stream
    assert callable(step)
    body = json.dumps({"choices": [{"index": 0, "message": {"role": "assistant", **message}}]}).encode()
    return b"".join([*step(body), *step(b"")]).decode()


async def test_an_address_of_the_person_is_restored_and_one_of_the_model_is_not(rig: Rig) -> None:
    text = f"open https://shop.test/u/{EMAIL} please"
    flow = await rig.ask(flow_to(body=BODY.replace(EMAIL.encode(), text.encode())))
    sent = json.loads(flow.request.raw_content or b"")["messages"][0]["content"]
    known = sent.split(" ")[1]
    token = known.rpartition("/")[2]

    got = answer_with(flow, rig, {"content": f"{known} and https://evil.test/{token}"})

    assert f"https://shop.test/u/{EMAIL}" in got
    assert f"https://evil.test/{token}" in got


@pytest.mark.parametrize(
    ("settings", "restored"),
    [
        (HostPolicy(), True),
        (HostPolicy(restore_arguments=False), False),
        (HostPolicy(masked_tools=frozenset({"send"})), False),
        (HostPolicy(masked_tools=frozenset({"other"})), True),
    ],
)
async def test_the_persons_settings_decide_about_tool_arguments(rig: Rig, settings: HostPolicy, restored: bool) -> None:
    rig.policy = Policy(default=settings)
    flow = await rig.ask(flow_to())
    token = json.loads(flow.request.raw_content or b"")["messages"][0]["content"]
    call = {"id": "1", "type": "function", "function": {"name": "send", "arguments": json.dumps({"to": token})}}

    assert (EMAIL in answer_with(flow, rig, {"content": None, "tool_calls": [call]})) is restored


async def test_values_come_back_inside_a_models_address_where_that_is_allowed(rig: Rig) -> None:
    rig.policy = Policy(default=HostPolicy(restore_urls=True))
    flow = await rig.ask(flow_to())
    token = json.loads(flow.request.raw_content or b"")["messages"][0]["content"]

    assert f"https://evil.test/{EMAIL}" in answer_with(flow, rig, {"content": f"https://evil.test/{token}"})


async def test_our_own_refusal_is_not_streamed(rig: Rig) -> None:
    flow = await rig.ask(flow_to(path="/v1/unheard/of"))
    rig.addon.responseheaders(flow)

    assert flow.response is not None
    assert flow.response.stream is False


async def test_an_answer_whose_restorer_cannot_be_built_passes_with_its_tokens(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(*_: object) -> None:
        raise RuntimeError(EMAIL)

    monkeypatch.setattr(Surface, "stream", failing)
    flow = answered(await rig.ask(flow_to()))
    rig.addon.responseheaders(flow)

    assert flow.response is not None
    assert flow.response.stream is True
    assert rig.notices == [Notice(NoticeKind.ANSWER_NOT_RESTORED, HOST)]


async def test_a_report_that_fails_does_not_touch_the_answer(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(_: object) -> None:
        raise KeyError

    rig.addon._services = replace(rig.addon._services, notice=failing)
    monkeypatch.setattr(Surface, "stream", failing)
    flow = answered(await rig.ask(flow_to()))
    rig.addon.responseheaders(flow)

    assert flow.response is not None
    assert flow.response.stream is True


@pytest.mark.parametrize("last", ["response", "error"])
async def test_an_exchange_is_journalled_once(rig: Rig, last: str) -> None:
    flow = answered(await rig.ask(flow_to()))
    assert rig.addon.active == 1
    if last == "error":
        flow.error = Error("server closed connection")
    for hook in (last, "response", "error"):
        getattr(rig.addon, hook)(flow)

    (row,) = rig.journal
    assert rig.addon.active == 0
    assert row.outcome is (Outcome.FAILED if last == "error" else Outcome.MASKED)
    assert row.request_bytes == len(BODY)
    assert row.path == "/v1/chat/completions"
    assert row.added_ms > 0
    assert EMAIL not in repr(row)


async def test_a_journal_that_fails_does_not_fail_the_answer(rig: Rig, caplog: pytest.LogCaptureFixture) -> None:
    def failing(exchange: Exchange) -> None:
        raise OSError(EMAIL)

    rig.addon._services = replace(rig.addon._services, journal=failing)
    flow = answered(await rig.ask(flow_to()))
    rig.addon.response(flow)

    assert "exchange not journalled" in caplog.text
    assert EMAIL not in caplog.text


async def test_mitmproxys_words_about_bytes_are_not_passed_on(rig: Rig) -> None:
    flow = await rig.ask(flow_to())
    flow.error = Error(f"unexpected server response: {EMAIL}")
    rig.addon.error(flow)

    assert flow.response is not None
    assert flow.response.status_code == 502
    assert EMAIL not in (flow.response.text or "")


@pytest.mark.parametrize(("host", "dropped"), [("bank.test", False), (HOST, True)])
def test_websocket_messages_are_not_kept_and_never_pass_to_a_protected_host(rig: Rig, host: str, dropped: bool) -> None:
    flow = tflow.twebsocketflow()
    flow.request.host, flow.client_conn.sni = host, host
    flow.request.headers["host"] = host
    assert flow.websocket is not None
    message = flow.websocket.messages[-1]
    rig.addon.websocket_message(flow)

    assert message.dropped is dropped
    assert flow.websocket.messages == []


def test_a_websocket_is_dropped_when_the_policy_cannot_be_read(rig: Rig) -> None:
    rig.policy = RuntimeError()
    flow = tflow.twebsocketflow()
    assert flow.websocket is not None
    message = flow.websocket.messages[-1]
    with pytest.raises(RuntimeError):
        rig.addon.websocket_message(flow)

    assert message.dropped


async def test_the_program_behind_a_connection_is_asked_for_once(rig: Rig) -> None:
    asked: list[tuple[str, int]] = []

    def lookup(address: tuple[str, int]) -> str:
        asked.append(address)
        return "codex"

    rig.addon._clients._services = replace(rig.addon._services, program=lookup)
    first, second = flow_to(), flow_to()
    second.client_conn = first.client_conn
    for flow in (first, second):
        await rig.ask(flow)
        ledger: Ledger = flow.metadata[LEDGER]
        assert ledger.program is not None
        await ledger.program
        rig.addon.response(answered(flow))

    assert asked == [first.client_conn.peername]
    assert [row.program for row in rig.journal] == ["codex", "codex"]


async def test_a_lookup_that_fails_costs_the_name_alone(rig: Rig) -> None:
    def lookup(address: tuple[str, int]) -> str:
        raise OSError

    rig.addon._clients._services = replace(rig.addon._services, program=lookup)
    flow = await rig.ask(flow_to())
    ledger: Ledger = flow.metadata[LEDGER]
    assert ledger.program is not None
    await ledger.program

    assert ledger.program_name() == ""


@pytest.mark.parametrize(
    ("mode", "check"),
    [
        (Mode.PROTECT, lambda row: row.outcome is Outcome.MASKED),
        (Mode.OBSERVE, lambda row: row.outcome is Outcome.OBSERVED),
        (Mode.BLOCK, lambda row: row.outcome is Outcome.BLOCKED and row.reason == Reason.POLICY_BLOCKED),
    ],
)
async def test_each_mode_has_its_outcome(rig: Rig, mode: Mode, check: Callable[[Exchange], bool]) -> None:
    rig.policy = Policy(default=HostPolicy(mode=mode))
    flow = await rig.ask(flow_to())
    rig.addon.response(flow if flow.response else answered(flow))

    assert check(rig.journal[0])
