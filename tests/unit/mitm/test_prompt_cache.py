"""A masked conversation begins as it did a turn before, so that providers can reuse what they computed for it."""

import itertools
from collections.abc import Sequence

import pytest

from maskwire.detect.fragment import Fragment
from maskwire.detect.pipeline import Pipeline
from maskwire.detect.rules import default_rules
from maskwire.mitm.masking import Outgoing, mask
from maskwire.mitm.services import Services
from maskwire.policy import Policy
from maskwire.spans import Span
from maskwire.wire.formats import surface_of
from tests.fakes.agent import AGENTS, Agent, kept
from tests.fakes.vault import FakeVault

TURNS = 20
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


@pytest.fixture(scope="module")
def rules() -> Rules:
    return Rules()


async def masked(agent: Agent, bodies: list[bytes], services: Services) -> list[bytes]:
    surface = surface_of("POST", agent.host, agent.path)
    assert surface is not None
    outgoing = [Outgoing(surface, agent.host, agent.path, body, "application/json") for body in bodies]
    return [(await mask(each, Policy(), services)).outgoing.body for each in outgoing]


@pytest.mark.parametrize("name", sorted(AGENTS))
async def test_every_turn_begins_with_the_masked_bytes_of_the_turn_before(name: str, rules: Rules) -> None:
    vault = FakeVault()
    services = Services(rules, vault, Policy, lambda _: None, ours=vault.minter.may_be_ours)
    sent = AGENTS[name].bodies(TURNS, say)
    left = await masked(AGENTS[name], sent, services)

    assert len(vault.values) > TURNS
    assert all(body != before for body, before in zip(left, sent, strict=True))
    assert not [value.value for value in vault.values.values() for body in left if value.value.encode() in body]
    for turn, (before, after) in enumerate(itertools.pairwise(zip(sent, left, strict=True))):
        assert kept(before, after), turn


def test_a_beginning_that_changed_is_noticed() -> None:
    assert kept((b'["a@b.c"]', b'["T1"]'), (b'["a@b.c","d"]', b'["T1","d"]'))
    assert not kept((b'["a@b.c"]', b'["T1"]'), (b'["a@b.c","d"]', b'["T2","d"]'))
