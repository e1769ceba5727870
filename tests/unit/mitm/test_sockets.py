"""The hooks of a WebSocket, on flows that mitmproxy's own test kit makes."""

import asyncio
import json

import pytest
from mitmproxy.test import tflow, tutils

from maskwire.errors import Reason
from maskwire.exchange import Outcome
from maskwire.mitm.engine import WebSocketMessage, http, wsproto
from maskwire.mitm.socket_layer import SOCKET, VERDICT, Verdict
from maskwire.policy import HostPolicy, Mode, Policy
from maskwire.wire.formats import surface_of
from tests.fakes.hooks import EMAIL, HOST, Rig, flow_to

Opcode = wsproto.frame_protocol.Opcode
CREATE = json.dumps({"type": "response.create", "input": f"mail {EMAIL}"}).encode()


def upgrade(path: str = "/v1/responses", **headers: str) -> http.HTTPFlow:
    flow = flow_to(path=path, body=b"")
    flow.request.method = "GET"
    wanted = {"upgrade": "websocket", "connection": "Upgrade", "sec_websocket_version": "13"} | headers
    for name, value in wanted.items():
        flow.request.headers[name.replace("_", "-")] = value
    return flow


@pytest.fixture
def rig() -> Rig:
    return Rig()


async def opened(rig: Rig, path: str = "/v1/responses") -> http.HTTPFlow:
    flow = await rig.ask(upgrade(path))
    assert flow.response is None
    assert SOCKET in flow.metadata
    flow.websocket = tflow.twebsocketflow().websocket
    assert flow.websocket is not None
    flow.websocket.messages.clear()
    return flow


async def told(rig: Rig, flow: http.HTTPFlow, content: bytes, *, client: bool = True, text: bool = True) -> Verdict:
    assert flow.websocket is not None
    message = WebSocketMessage(Opcode.TEXT if text else Opcode.BINARY, client, content)
    flow.websocket.messages.append(message)
    await rig.addon.websocket_message(flow)

    assert flow.websocket.messages == []
    assert message.dropped  # a layer that knows no verdicts sends nothing
    verdict = flow.metadata.pop(VERDICT)
    if isinstance(verdict, asyncio.Future):
        verdict = await verdict
    assert isinstance(verdict, Verdict)
    return verdict


@pytest.mark.parametrize(
    "flow",
    [
        upgrade("/v1/chat/completions"),
        upgrade("/v1/unheard"),
        upgrade(upgrade="h3"),
        upgrade(sec_websocket_version="8"),
    ],
)
async def test_other_upgrades_are_sent_back_to_https(rig: Rig, flow: http.HTTPFlow) -> None:
    await rig.ask(flow)

    assert flow.response is not None
    assert flow.response.status_code == 426
    assert SOCKET not in flow.metadata


@pytest.mark.parametrize(("agreed", "killed"), [("websocket", False), ("WebSocket", False), ("h2c", True), ("", True)])
async def test_a_provider_may_agree_to_a_websocket_alone(rig: Rig, agreed: str, *, killed: bool) -> None:
    flow = await rig.ask(upgrade())
    flow.response = tutils.tresp(status_code=101, headers=http.Headers(upgrade=agreed), content=b"")
    rig.addon.responseheaders(flow)

    assert (flow.error is not None) is killed


async def test_a_request_is_masked_its_answer_restored_and_both_are_one_exchange(rig: Rig) -> None:
    flow = await opened(rig)
    [sent] = (await told(rig, flow, CREATE)).forward
    token = json.loads(sent.content)["input"].removeprefix("mail ")
    done = json.dumps({"type": "response.output_text.done", "text": token}).encode()
    [got] = (await told(rig, flow, done, client=False)).forward
    rig.addon.websocket_end(flow)

    assert EMAIL.encode() not in sent.content
    assert json.loads(got.content)["text"] == EMAIL
    [row] = rig.journal
    assert (row.outcome, row.method, row.path) == (Outcome.MASKED, "WEBSOCKET", "/v1/responses")
    assert (row.restored, row.status, row.entities) == (1, 101, {"EMAIL_ADDRESS": 1})
    assert EMAIL not in repr(row)
    assert EMAIL not in repr(flow.metadata[SOCKET])


async def test_an_answer_that_has_not_ended_counts_as_under_way(rig: Rig) -> None:
    flow = await opened(rig)
    before = rig.addon.active
    await told(rig, flow, CREATE)
    await told(rig, flow, b'{"type": "response.created", "response": {"id": "r"}}', client=False)

    assert rig.addon.active == before + 1
    await told(rig, flow, b'{"type": "response.completed", "response": {"id": "r", "output": []}}', client=False)
    assert rig.addon.active == before
    await told(rig, flow, CREATE)
    rig.addon.websocket_end(flow)
    assert rig.addon.active == before


async def test_a_failing_policy_lets_nothing_out(rig: Rig) -> None:
    flow = await opened(rig)
    rig.policy = RuntimeError(EMAIL)
    verdict = await told(rig, flow, CREATE)

    assert verdict.forward == ()
    assert verdict.farewell is not None
    assert EMAIL not in repr(verdict)


async def test_a_blocked_host_hears_nothing(rig: Rig) -> None:
    flow = await opened(rig)
    rig.policy = Policy(hosts={HOST: HostPolicy(mode=Mode.BLOCK)})
    verdict = await told(rig, flow, CREATE)
    rig.addon.websocket_end(flow)

    assert verdict.forward == ()
    assert [(row.outcome, row.reason) for row in rig.journal] == [(Outcome.BLOCKED, Reason.POLICY_BLOCKED)]


async def test_everything_passes_where_protection_is_off(rig: Rig) -> None:
    flow = await opened(rig)
    rig.policy = Policy(paused=True, pause_secrets=True)
    [sent] = (await told(rig, flow, CREATE)).forward

    assert sent.content == CREATE


@pytest.mark.parametrize(("media", "passes"), [(True, True), (False, False)])
async def test_sound_in_binary_passes_only_where_media_may(rig: Rig, *, media: bool, passes: bool) -> None:
    flow = await opened(rig)
    rig.policy = Policy(hosts={HOST: HostPolicy(media=media)})
    verdict = await told(rig, flow, b"\xff\xfb\x00", text=False)

    assert bool(verdict.forward) is passes
    assert (verdict.farewell is None) is passes


async def test_json_in_binary_is_masked_and_stays_binary(rig: Rig) -> None:
    flow = await opened(rig)
    rig.policy = Policy(hosts={HOST: HostPolicy(media=True)})
    [sent] = (await told(rig, flow, CREATE, text=False)).forward

    assert not sent.is_text
    assert EMAIL.encode() not in sent.content


async def test_an_answer_that_is_not_read_passes_and_is_reported_once(rig: Rig) -> None:
    flow = await opened(rig)
    for _ in range(2):
        [got] = (await told(rig, flow, b"no JSON", client=False)).forward

        assert got.content == b"no JSON"
    assert len(rig.notices) == 1


def test_a_plain_read_of_the_same_address_is_no_socket() -> None:
    found = surface_of("GET", HOST, "/v1/responses")

    assert found is not None
    assert "socket" not in found.id


async def test_what_left_is_remembered_when_the_provider_speaks_again(rig: Rig) -> None:
    flow, sent = await opened(rig), rig.addon._services.sent
    await told(rig, flow, CREATE)
    before = len(sent)
    await told(rig, flow, b'{"type": "response.created", "response": {"id": "r"}}', client=False)

    assert before == 0
    assert len(sent) > 0


async def test_names_come_back_in_a_socket_too(rig: Rig) -> None:
    rig.policy = Policy(surrogates=frozenset({"PERSON"}))
    flow = await opened(rig)
    [sent] = (await told(rig, flow, CREATE.replace(EMAIL.encode(), b"Ada Lovelace"))).forward
    surname = json.loads(sent.content)["input"].split()[-1]
    done = json.dumps({"type": "response.output_text.done", "text": f"Ms. {surname}"}).encode()
    [got] = (await told(rig, flow, done, client=False)).forward

    assert json.loads(got.content)["text"] == "Ms. Lovelace"
