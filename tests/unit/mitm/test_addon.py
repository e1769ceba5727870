"""The hooks themselves, on flows that mitmproxy's own test kit makes."""

import logging
from collections.abc import Callable

import pytest
from mitmproxy.flow import Error
from mitmproxy.test import tflow

from maskwire.errors import Reason
from maskwire.exchange import Exchange, Outcome
from maskwire.mitm.addon import LEDGER
from maskwire.mitm.engine import http
from maskwire.mitm.patches import ANSWER, LIMIT
from maskwire.policy import HostPolicy, Mode, Policy
from maskwire.wire.surface import Surface
from tests.fakes.hooks import BODY, EMAIL, HOST, Rig, answered, flow_to


@pytest.fixture
def rig() -> Rig:
    return Rig()


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
    def interrupted(*_: object, **__: object) -> None:
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


@pytest.mark.parametrize(("host", "dropped"), [("bank.test", False), (HOST, True)])
async def test_websocket_messages_are_not_kept_and_never_pass_to_a_protected_host(
    rig: Rig, host: str, dropped: bool
) -> None:
    flow = tflow.twebsocketflow()
    flow.request.host, flow.client_conn.sni = host, host
    flow.request.headers["host"] = host
    assert flow.websocket is not None
    message = flow.websocket.messages[-1]
    await rig.addon.websocket_message(flow)

    assert message.dropped is dropped
    assert flow.websocket.messages == []


async def test_a_websocket_is_dropped_when_the_policy_cannot_be_read(rig: Rig) -> None:
    rig.policy = RuntimeError()
    flow = tflow.twebsocketflow()
    assert flow.websocket is not None
    message = flow.websocket.messages[-1]
    with pytest.raises(RuntimeError):
        await rig.addon.websocket_message(flow)

    assert message.dropped


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
