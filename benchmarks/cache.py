"""How much of a masked conversation a provider finds in its prompt cache: how far each turn begins like the last.

Twenty turns of an agent (question, tool call, result, answer) for each API whose provider reuses prompts, through
the real detector, names included. A turn is kept when its masked request begins with the masked bytes of the turn
before, as far as the client's own requests share theirs. A name that becomes known in a later turn would be masked in
the earlier ones too, were it not remembered how they left: so both are measured, a team of six and a crowd of a hundred
with shared names.
Run: ``uv run python -m benchmarks.cache [TURNS]``.
"""

import asyncio
import itertools
import random
import sys

from tests.fakes.agent import AGENTS, Agent, Say, kept

from benchmarks.conversation import FIRST, LAST, Bench, text
from maskwire.mitm.masking import mask
from maskwire.mitm.outgoing import Outgoing
from maskwire.policy import Policy
from maskwire.wire.formats import surface_of

TEAM = ("Jane Whitfield", "Tomasz Kowalczyk", "Ingrid Lindqvist", "Pedro Saavedra", "Aisha Rahman", "Luca Bianchi")
LENGTH = 800
"""Characters of one text."""


def crowd(number: int) -> str:
    """Return prose, code and a log with people and addresses, another one for every number."""
    return text(random.Random(number), LENGTH)


def team(number: int) -> str:
    """Return the same about six people."""
    said = crowd(number)
    for first, last in itertools.product(FIRST, LAST):
        one, two = TEAM[(len(first) + len(last) + ord(last[0])) % len(TEAM)].split()
        said = said.replace(f"{first} {last}", f"{one} {two}")
        said = said.replace(f"{first}.{last}".lower(), f"{one}.{two}".lower())
    return said


async def measure(agent: Agent, turns: int, say: Say) -> tuple[int, int, int]:
    """Return how many turns were kept, how many values were masked in the last, and its bytes."""
    surface = surface_of("POST", agent.host, agent.path)
    assert surface is not None  # its tests walk the same table
    bench = Bench()
    await bench.detector.start()
    sent = agent.bodies(turns, say)
    left: list[bytes] = []
    values = 0
    for body in sent:
        masked = await mask(
            Outgoing(surface, agent.host, agent.path, body, "application/json"), Policy(), bench.services
        )
        bench.services.sent.keep(masked.sent)
        left.append(masked.outgoing.body)
        values = sum(masked.entities.values())
    await bench.detector.stop()
    pairs = itertools.pairwise(zip(sent, left, strict=True))
    return sum(kept(before, after) for before, after in pairs), values, len(sent[-1])


async def run(turns: int) -> None:
    """Measure and print; each conversation has a vault of its own."""
    for people in (team, crowd):
        for name, agent in AGENTS.items():
            count, values, size = await measure(agent, turns, people)
            what = f"{count} of {turns - 1} turns kept; the last has {size / 1000:.0f} KB and {values} values"
            print(f"{people.__name__:<6} {name:<18} {what}", flush=True)


if __name__ == "__main__":
    asyncio.run(run(int(sys.argv[1]) if len(sys.argv) > 1 else 20))
