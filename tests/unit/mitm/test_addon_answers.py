"""The hooks of answers, and what is remembered of an exchange."""

import json
from dataclasses import replace

import pytest
from mitmproxy.flow import Error

from maskwire.exchange import Exchange, Outcome
from maskwire.mitm.addon import LEDGER
from maskwire.mitm.engine import http
from maskwire.mitm.ledger import Ledger
from maskwire.mitm.services import Notice, NoticeKind
from maskwire.policy import HostPolicy, Policy
from maskwire.wire.surface import Surface
from tests.fakes.hooks import BODY, EMAIL, HOST, Rig, answered, flow_to


@pytest.fixture
def rig() -> Rig:
    return Rig()


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


@pytest.mark.parametrize(("status", "remembered"), [(200, True), (413, False), (502, False)])
async def test_only_what_the_provider_took_is_remembered_as_sent(rig: Rig, status: int, remembered: bool) -> None:
    flow = answered(await rig.ask(flow_to()))
    before = len(rig.addon._services.sent)
    assert flow.response is not None
    flow.response.status_code = status
    rig.addon.responseheaders(flow)

    assert before == 0
    assert (len(rig.addon._services.sent) > 0) is remembered


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


async def test_names_are_put_in_and_come_back_where_the_person_wants_them(rig: Rig) -> None:
    rig.policy = Policy(surrogates=frozenset({"PERSON"}))
    body = BODY.replace(EMAIL.encode(), f"Ada Lovelace, {EMAIL}".encode())
    flow = await rig.ask(flow_to(body=body))
    name = json.loads(flow.request.raw_content or b"")["messages"][0]["content"].partition(",")[0]
    given, surname = name.split()

    got = answer_with(flow, rig, {"content": f"{name}. Ms. {surname.upper()} is {surname}, {given}."})

    assert "Ada Lovelace. Ms. Lovelace is Lovelace, Ada." in got


async def test_names_of_before_stay_once_they_are_switched_off(rig: Rig) -> None:
    rig.policy = Policy(surrogates=frozenset({"PERSON"}))
    flow = await rig.ask(flow_to(body=BODY.replace(EMAIL.encode(), b"Ada Lovelace")))
    name = json.loads(flow.request.raw_content or b"")["messages"][0]["content"]
    rig.policy = Policy()
    flow = await rig.ask(flow_to(body=BODY.replace(EMAIL.encode(), f"Ada Lovelace is {name}".encode())))
    sent = json.loads(flow.request.raw_content or b"")["messages"][0]["content"]

    assert sent.startswith("PERSON_")
    assert sent.endswith(f" is {name}")
    assert f"{name}." in answer_with(flow, rig, {"content": f"{name}."})
