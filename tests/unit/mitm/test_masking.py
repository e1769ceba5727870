import asyncio
import base64
import json
import re
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maskwire.errors import BlockedError, Reason
from maskwire.exchange import Spot
from maskwire.guard import Guard
from maskwire.mitm.cleaning import clean
from maskwire.mitm.masking import mask
from maskwire.mitm.outgoing import Outgoing
from maskwire.mitm.services import Limits, Services
from maskwire.policy import Action, HostPolicy, Mode, Policy
from maskwire.tokens import Minter
from maskwire.vault import Finding
from maskwire.wire.formats import surface_of
from maskwire_daemon.store.vault import MemoryVault
from tests.fakes.detector import PatternDetector

HOST, EMAIL, KEY = "api.openai.com", "ada@example.org", "sk-test-4hF9qLm2Zx81"


@pytest.fixture
def services() -> Services:
    vault = MemoryVault(Minter(b"k" * 32))
    return Services(PatternDetector(), vault, Policy, lambda _: None)


def outgoing(text: str, target: str = "/v1/chat/completions", **more: object) -> Outgoing:
    body = json.dumps({"model": "gpt-5", "messages": [{"role": "user", "content": text}], **more}).encode()
    surface = surface_of("POST", HOST, target)
    assert surface is not None
    return Outgoing(surface, HOST, target, body, "application/json")


def said(sent: Outgoing) -> str:
    return str(json.loads(sent.body)["messages"][0]["content"])


async def test_the_same_value_gets_the_same_token_in_body_and_address(services: Services) -> None:
    masked = await mask(outgoing(f"to {EMAIL}", f"/v1/chat/completions?user={EMAIL}"), Policy(), services)
    token = said(masked.outgoing).removeprefix("to ")

    assert "ada" not in masked.outgoing.target
    assert services.vault.resolve(token) == EMAIL  # type: ignore[arg-type]
    assert masked.entities == {"EMAIL_ADDRESS": 2}
    assert masked.model == "gpt-5"
    assert masked.paths[0] == "$.messages[*].content"


async def test_hosts_get_tokens_of_their_own_where_the_person_says_so(services: Services) -> None:
    policy = Policy(per_host=True)
    text = f"to {EMAIL}"
    here = await mask(outgoing(text), policy, services)
    there = await mask(replace(outgoing(text), host="api.mistral.ai"), policy, services)
    again = await mask(outgoing(text), policy, services)

    tokens = [said(masked.outgoing).removeprefix("to ") for masked in (here, there)]
    assert tokens[0] != tokens[1]
    assert said(again.outgoing) == said(here.outgoing)
    assert [services.vault.resolve(token) for token in tokens] == [EMAIL, EMAIL]  # type: ignore[arg-type]


async def test_where_values_stood_is_known_without_them() -> None:
    services = Services(PatternDetector(), MemoryVault(Minter(b"k" * 32)), Policy, lambda _: None)
    masked = await mask(outgoing(f"to {EMAIL}"), Policy(), services)

    assert masked.spots == (Spot("$.messages[*].content", "EMAIL_ADDRESS", 3, 3 + len(EMAIL)),)
    assert masked.find_s > 0
    assert masked.mask_s > 0


WRITINGS: list[Callable[[str], str]] = [
    str,
    lambda v: json.dumps({"nested": v}),
    lambda v: json.dumps(json.dumps([v])),
    lambda v: base64.b64encode(f"user:{v}".encode()).decode(),
    lambda v: base64.urlsafe_b64encode(f"é{v}é".encode()).decode(),
    lambda v: v.encode().hex(),
    lambda v: v.encode().hex().upper(),
    lambda v: quote(v, safe=""),
    lambda v: "".join(f"{c}\0" for c in v),
]


@given(
    before=st.text(max_size=20),
    written=st.lists(st.sampled_from(WRITINGS), min_size=1, max_size=4),
    ascii_only=st.booleans(),
)
@settings(deadline=None)
async def test_a_value_found_once_leaves_in_no_place_and_no_encoding(
    before: str, written: list[Callable[[str], str]], ascii_only: bool
) -> None:
    vault = MemoryVault(Minter(b"k" * 32))
    services = Services(PatternDetector(), vault, Policy, lambda _: None)
    turns = [{"role": "user", "content": f"{before} {KEY} {before}"}]
    turns += [{"role": "assistant", "content": f"{before} {write(KEY)} {before}"} for write in written]
    body = json.dumps({"model": "m", "messages": turns}, ensure_ascii=ascii_only).encode("utf-8", "surrogatepass")

    sent = (await mask(replace(outgoing(""), body=body), Policy(), services)).outgoing

    assert Guard([Finding("API_KEY", KEY)]).search(sent.body) == []
    json.loads(sent.body)


async def test_nothing_found_leaves_the_same_object(services: Services) -> None:
    before = outgoing("hello")

    assert (await mask(before, Policy(), services)).outgoing is before


async def test_a_masked_text_is_a_fixed_point(services: Services) -> None:
    once = (await mask(outgoing(f"{EMAIL} and {KEY}"), Policy(), services)).outgoing

    assert (await mask(once, Policy(), services)).outgoing == once


async def test_a_large_body_is_handled_off_the_loop(services: Services) -> None:
    small = replace(services, limits=Limits(inline_bytes=10))

    masked = await mask(outgoing(f"to {EMAIL}"), Policy(), small)

    assert EMAIL not in said(masked.outgoing)


@pytest.mark.parametrize("write", [str.upper, lambda v: v.encode().hex(), lambda v: v.replace("@", "%40")])
async def test_what_the_guard_finds_in_text_becomes_a_token_that_restores_it(
    services: Services, write: Callable[[str], str]
) -> None:
    value = "ada@example.org/9"
    guard = Guard([Finding("EMAIL_ADDRESS", value)])
    again = write(value)
    before = outgoing(f"see {again} there")

    after, _ = clean(before, guard, services)

    if again == value.upper():
        assert after == before
        return
    token = said(after).removeprefix("see ").removesuffix(" there")
    assert guard.search(after.body) == []
    assert services.vault.resolve(token) == again  # type: ignore[arg-type]


async def test_an_address_in_which_only_the_guard_found_a_value_is_known(services: Services) -> None:
    masked = await mask(outgoing(f"{KEY} and https://x.test/?k={KEY.encode().hex()} there"), Policy(), services)
    (known,) = masked.known_urls

    assert known in said(masked.outgoing)
    assert known.startswith("https://x.test/?k=CUSTOM_")


def test_what_the_guard_finds_in_a_header_becomes_a_token(services: Services) -> None:
    guard = Guard([Finding("API_KEY", KEY)])
    before = replace(outgoing("hello"), headers=("x", f"about {KEY}"))

    after, _ = clean(before, guard, services)

    assert after.headers[0] == "x"
    assert KEY not in after.headers[1]
    assert re.fullmatch(r"about \w+", after.headers[1])


@pytest.mark.parametrize(
    "before",
    [
        outgoing("hello", f"/v1/responses/{KEY}/cancel"),
        replace(outgoing("hello"), body=json.dumps({"model": KEY, "messages": []}).encode()),
    ],
)
def test_what_the_guard_finds_where_no_text_stands_is_refused(services: Services, before: Outgoing) -> None:
    surface = surface_of("POST", HOST, "/v1/chat/completions")
    assert surface is not None

    with pytest.raises(BlockedError) as caught:
        clean(replace(before, surface=surface), Guard([Finding("API_KEY", KEY)]), services)

    assert caught.value.reason is Reason.EGRESS_GUARD
    assert KEY not in str(caught.value)


async def test_a_signed_request_is_refused_only_with_findings(services: Services) -> None:
    clean_one = replace(outgoing("hello"), signed=True)

    assert (await mask(clean_one, Policy(), services)).outgoing is clean_one
    with pytest.raises(BlockedError) as caught:
        await mask(replace(outgoing(EMAIL), signed=True), Policy(), services)
    assert caught.value.reason is Reason.SIGNED_BODY


async def test_what_the_policy_allows_passes_and_is_counted(services: Services) -> None:
    masked = await mask(outgoing(EMAIL), Policy(actions={"EMAIL_ADDRESS": Action.ALLOW}), services)

    assert EMAIL in said(masked.outgoing)
    assert masked.actions == {Action.ALLOW: 1}
    assert masked.entities == {}


async def test_observing_tells_what_would_have_been_masked(services: Services) -> None:
    masked = await mask(outgoing(EMAIL), Policy(default=HostPolicy(mode=Mode.OBSERVE)), services)

    assert EMAIL in said(masked.outgoing)
    assert masked.entities == {"EMAIL_ADDRESS": 1}


async def test_cancelling_a_request_cancels_its_search(services: Services) -> None:
    assert isinstance(services.detector, PatternDetector)
    services.detector.delay_s = 60
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await mask(outgoing(EMAIL), Policy(), services)


async def test_only_addresses_that_were_masked_here_are_known(services: Services) -> None:
    token = services.vault.tokenize([Finding("EMAIL_ADDRESS", EMAIL)])[0]
    text = f"mine https://x.test/u?m={EMAIL}&a=1 and a model's https://evil.test/?{token} and https://y.test/"

    masked = await mask(outgoing(text), Policy(), services)

    assert masked.known_urls == {f"https://x.test/u?m={token}&a=1"}


def test_requests_do_not_show_their_text() -> None:
    sent = replace(outgoing(EMAIL, f"/v1/chat/completions?a={EMAIL}"), headers=(EMAIL,))

    assert EMAIL not in repr(sent)


async def test_images_leave_only_where_the_host_may_have_media(services: Services) -> None:
    picture = '{"type":"image_url","image_url":{"url":"data:image/png;base64,iVBORw0KGgo="}}'
    body = f'{{"messages":[{{"role":"user","content":[{picture}]}}]}}'.encode()
    sent = replace(outgoing("x"), body=body)
    allowed = Policy(hosts={"api.openai.com": HostPolicy(media=True)})

    assert (await mask(sent, allowed, services)).outgoing.body == body
    with pytest.raises(BlockedError, match="media = true"):
        await mask(sent, Policy(), services)


async def test_a_text_with_invented_names_is_a_fixed_point(services: Services) -> None:
    policy = Policy(surrogates=frozenset({"PERSON"}), per_host=True)
    once = (await mask(outgoing(f"Ada Lovelace, {EMAIL}"), policy, services)).outgoing

    assert (await mask(once, policy, services)).outgoing == once
    assert "Ada" not in said(once)
    assert "PERSON_" not in said(once)
