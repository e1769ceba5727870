"""A masked conversation begins as it did a turn before, so that providers can reuse what they computed for it."""

import base64
import functools
import itertools
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from maskwire.detect.fragment import Fragment
from maskwire.detect.names_echo import with_echoes
from maskwire.detect.pipeline import Pipeline
from maskwire.detect.rules import default_rules
from maskwire.mitm.masking import mask
from maskwire.mitm.outgoing import Outgoing
from maskwire.mitm.services import Services
from maskwire.policy import Policy
from maskwire.spans import Span, select
from maskwire.wire.formats import surface_of
from tests.fakes.agent import AGENTS, Agent, kept
from tests.fakes.vault import FakeVault

TURNS = 20
POLICY = Policy()
PEOPLE = ("jane.whitfield", "tomasz.kowalczyk", "ingrid", "m.okafor", "chloe_dubois")
TEXTS = (
    "Write to {name}@northwind-mail.com about order 48-2209 and copy {other}@northwind-mail.com.",
    'Run `curl -H "Authorization: Bearer sk-proj-{n:04d}Ab3dE5gH7jK9mN1pQ3sT5vX7zA1cE3gI5kM7oQ9" https://a.example`.',
    "Call +1 (415) 755-{n:04d}, or +49 30 5557{n:04d}; the card is 5425 2334 3010 9903.",
    '{{"user": "{name}", "password": "c0rrect-Horse{n}-battery", "iban": "DE89 3704 0044 0532 0130 00"}}',
    "Nothing to see here: line {n} of 80, see https://northwind-mail.com/claims?user={name}@northwind-mail.com.",
)


class Rules:
    """Finds what the shipped rules find, in this process."""

    def __init__(self) -> None:
        self._pipeline = Pipeline(default_rules())

    async def find(self, fragments: Sequence[Fragment]) -> list[list[Span]]:
        return self._pipeline.find(fragments)


def say(number: int) -> str:
    name, other = PEOPLE[number % 5], PEOPLE[number // 5 % 5]
    return TEXTS[number % 7 % 5].format(name=name, other=other, n=number + 100)


class Late(Rules):
    """Finds what the rules find; people once they are named in full, and numbers once it is said what they are."""

    async def find(self, fragments: Sequence[Fragment]) -> list[list[Span]]:
        known = [[*spans, *told(f.text)] for f, spans in zip(fragments, await super().find(fragments), strict=True)]
        return with_echoes(fragments, [select(spans) for spans in known])


FULL = ("Tomasz Kowalczyk", "Ingrid Okafor", "Chloe Dubois", "Pedro Saavedra", "Aisha Rahman")
FULL_NAME = re.compile("|".join(FULL))
CASE = re.compile(r"case number(?: is|:) (ZQ-\d{4}-K)")


class Nothing:
    """Finds nothing."""

    async def find(self, fragments: Sequence[Fragment]) -> list[list[Span]]:
        return [[] for _ in fragments]


def told(text: str) -> list[Span]:
    people = [Span(*found.span(), "PERSON", 0.9, "test.name") for found in FULL_NAME.finditer(text)]
    return people + [Span(*found.span(1), "MEDICAL_ID", 0.9, "test.case") for found in CASE.finditer(text)]


def say_late(number: int) -> str:
    """Return what names people by their surnames, and a case by its number, long before both are told in full."""
    person = FULL[number // 6 % 5] if number % 6 == 5 else FULL[(number + number // 7) % 5].split()[1]
    case = f"the case number is ZQ-{number // 12 % 4}417-K" if number % 12 == 11 else f"see ZQ-{number % 4}417-K"
    return f"{say(number)} Ask {person} about it, {case}."


@pytest.fixture(scope="module")
def rules() -> Rules:
    return Rules()


@pytest.fixture(scope="module")
def late() -> Late:
    return late_rules()


@pytest.fixture
def vault() -> FakeVault:
    return FakeVault()


@functools.cache
def late_rules() -> Late:
    return Late()


def services_with(detector: Rules, vault: FakeVault) -> Services:
    return Services(detector, vault, Policy, lambda _: None, ours=vault.minter.may_be_ours)


async def masked(agent: Agent, bodies: list[bytes], services: Services) -> list[bytes]:
    surface = surface_of("POST", agent.host, agent.path)
    assert surface is not None
    left: list[bytes] = []
    for body in bodies:
        made = await mask(Outgoing(surface, agent.host, agent.path, body, "application/json"), POLICY, services)
        services.sent.keep(made.sent)
        left.append(made.outgoing.body)
    return left


@pytest.mark.parametrize("name", sorted(AGENTS))
async def test_every_turn_begins_with_the_masked_bytes_of_the_turn_before(
    name: str, rules: Rules, vault: FakeVault
) -> None:
    sent = AGENTS[name].bodies(TURNS, say)
    left = await masked(AGENTS[name], sent, services_with(rules, vault))

    assert len(vault.values) > TURNS
    assert all(body != before for body, before in zip(left, sent, strict=True))
    assert not [value.value for value in vault.values.values() for body in left if value.value.encode() in body]
    for turn, (before, after) in enumerate(itertools.pairwise(zip(sent, left, strict=True))):
        assert kept(before, after), turn


@pytest.mark.parametrize("name", sorted(AGENTS))
async def test_what_becomes_known_late_changes_no_turn_that_has_left(name: str, late: Late, vault: FakeVault) -> None:
    sent = AGENTS[name].bodies(TURNS, say_late)
    left = await masked(AGENTS[name], sent, services_with(late, vault))

    turns = list(itertools.pairwise(zip(sent, left, strict=True)))
    assert [turn for turn, (before, after) in enumerate(turns) if not kept(before, after)] == []
    assert {finding.entity for finding in vault.values.values()} >= {"PERSON", "MEDICAL_ID"}


async def test_without_memory_every_text_is_masked_with_all_that_is_known(late: Late, vault: FakeVault) -> None:
    agent = AGENTS["openai responses"]
    sent = agent.bodies(TURNS, say_late)
    remembered = await masked(agent, sent, services_with(late, vault))
    anew = await masked(agent, sent[-1:], services_with(late, vault))

    surnames = [name.split()[1].encode() for name in FULL]
    assert sum(map(remembered[-1].count, surnames)) > sum(map(anew[0].count, surnames)) == 0


def chat(*turns: str, model: str = "gpt-5") -> bytes:
    """Return a chat in which the model has answered all but the last of ``turns``."""
    said = [{"role": ("user", "assistant")[number % 2], "content": turn} for number, turn in enumerate(turns)]
    return json.dumps({"model": model, "messages": said}).encode()


async def contents(services: Services, *bodies: bytes) -> list[list[str]]:
    left = await masked(AGENTS["openai chat"], list(bodies), services)
    return [[message["content"] for message in json.loads(body)["messages"]] for body in left]


EARLY = ("Ask Kowalczyk, see ZQ-0417-K", "I will.", "Tomasz Kowalczyk? The case number is ZQ-0417-K", "Yes.")


async def test_what_is_new_is_masked_in_all_places_and_what_has_left_stays(late: Late, vault: FakeVault) -> None:
    fresh = f"Kowalczyk on ZQ-0417-K, in short {base64.b64encode(b'ZQ-0417-K').decode()}"
    _, after = await contents(services_with(late, vault), chat(EARLY[0]), chat(*EARLY, fresh))

    assert after[0] == EARLY[0]
    assert not re.search("Kowalczyk|ZQ-|WlEt", " ".join(after[1:]))


async def test_a_text_that_did_not_leave_is_masked_with_all_that_is_known(late: Late, vault: FakeVault) -> None:
    services = services_with(late, vault)
    surface = surface_of("POST", "api.openai.com", "/v1/chat/completions")
    assert surface is not None
    await mask(Outgoing(surface, "api.openai.com", "", chat(EARLY[0]), "application/json"), POLICY, services)
    (after,) = await contents(services, chat(*EARLY, "Go on."))

    assert not re.search("Kowalczyk|ZQ-", " ".join(after))


async def test_another_model_of_the_same_host_gets_nothing_that_is_known(late: Late, vault: FakeVault) -> None:
    bodies = chat(EARLY[0], model="gpt-5"), chat(*EARLY, "Go on.", model="other/model")
    _, after = await contents(services_with(late, vault), *bodies)

    assert not re.search("Kowalczyk|ZQ-", " ".join(after))


async def test_what_was_masked_is_masked_again_when_nothing_is_found(late: Late, vault: FakeVault) -> None:
    services = services_with(late, vault)
    before, after = await contents(services, chat(*EARLY[2:]), chat(*EARLY[2:], "Go on."))
    (later,) = await contents(replace(services, detector=Nothing()), chat(*EARLY[2:], "Go on."))

    assert after == [*before, "Go on."]
    assert later == after


async def test_a_change_of_what_is_searched_for_holds_for_all_that_has_left(late: Late, vault: FakeVault) -> None:
    generation = itertools.count()
    services = replace(services_with(late, vault), generation=lambda: next(generation))
    _, after = await contents(services, chat(EARLY[0]), chat(*EARLY, "Go on."))

    assert not re.search("Kowalczyk|ZQ-", " ".join(after))


@pytest.mark.parametrize("write", [str, lambda value: base64.b64encode(value.encode()).decode()])
async def test_a_secret_that_becomes_known_late_is_masked_in_what_has_left(
    write: Callable[[str], str], rules: Rules, vault: FakeVault
) -> None:
    early, secret = f"try {write('Velvet7-harbor-92x')} once", "password: Velvet7-harbor-92x"
    before, after, later = await contents(
        services_with(rules, vault),
        chat(early),
        chat(early, "It works.", secret),
        chat(early, "It works.", secret, "Good.", "Go on."),
    )

    assert before == [early]
    assert write("Velvet7-harbor-92x") not in after[0]
    assert later[:3] == after


async def test_what_the_guard_masked_in_a_text_stays_masked(rules: Rules, vault: FakeVault) -> None:
    turns = (
        f"{base64.b64encode(b'login:jane@northwind-mail.com').decode()} is jane@northwind-mail.com",
        "Yes.",
        "Go on.",
    )
    before, after, later = await contents(
        services_with(rules, vault), chat(turns[0]), chat(*turns), chat(*turns, "So.", "Go on.")
    )

    assert "amFuZ" not in before[0]
    assert "northwind" not in before[0]
    assert (after[0], later[:3]) == (before[0], after)


ENCODED = base64.b64encode(b"id ZQ-0417-K").decode()
PIECES = (
    *FULL,
    *("Kowalczyk", "Okafor", "Dubois", "ZQ-0417-K", "ZQ-1417-K", "case number: ZQ-0417-K", "case number: ZQ-1417-K"),
    *("jane@northwind-mail.com", ENCODED, "hello"),
)
TEXT = st.lists(st.sampled_from(PIECES), min_size=1, max_size=3).map(". ".join)
STEP = st.tuples(st.integers(0, 9), st.lists(TEXT, min_size=1, max_size=3))
"""How many texts of the conversation stay, and what is said behind them."""


@given(st.lists(STEP, min_size=2, max_size=6))
@example([(0, ["hello", ENCODED, "case number: ZQ-0417-K"]), (2, ["hello"]), (2, ["hello"])])
@settings(deadline=None, max_examples=80)
async def test_whatever_is_said_nothing_masked_returns_and_what_is_new_is_masked(
    steps: list[tuple[int, list[str]]],
) -> None:
    vault, turns = FakeVault(), list[str]()
    first, latest = dict[tuple[str, ...], str](), dict[tuple[str, ...], str]()
    services = services_with(late_rules(), vault)
    for stay, said in steps:
        turns = [*turns[: stay // 2 * 2], *said]
        answered = len(turns) // 2 * 2
        (left,) = await contents(services, chat(*turns))
        for number, content in enumerate(left):
            texts = tuple(turns[: number + 1])
            before, last = first.setdefault(texts, content), latest.get(texts, content)
            latest[texts] = content
            if ENCODED in turns[number] and ENCODED not in before:
                continue  # the guard masked it at first, so that it is searched anew each time
            assert [piece for piece in PIECES if content.count(piece) > before.count(piece)] == []
            assert content == last or number >= answered
        known = {str(vault.resolve(token)) for token in vault.values if token in " ".join(left)}
        newest = " ".join(left[answered:])
        assert [value for value in known if value.startswith("ZQ-") and value in newest] == []
        assert ENCODED not in newest or "ZQ-0417-K" not in known


def test_a_beginning_that_changed_is_noticed() -> None:
    assert kept((b'["a@b.c"]', b'["T1"]'), (b'["a@b.c","d"]', b'["T1","d"]'))
    assert not kept((b'["a@b.c"]', b'["T1"]'), (b'["a@b.c","d"]', b'["T2","d"]'))
