"""The last look over a request: whatever stands in it that is known to be a value becomes a token, or it stays here.

Blocks on the vault, and knows nothing of mitmproxy.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from maskwire.guard import Coding, Cut, Guard, leak
from maskwire.mitm.outgoing import Outgoing, read
from maskwire.mitm.services import Services
from maskwire.stream.address import known_addresses
from maskwire.tokens import spell
from maskwire.vault import Finding, Token
from maskwire.wire.document import Edit, Field, Place, edited

_ADDRESS_MARKS = ("://", "www.", "](", "url(", "<")
"""What every address begins with: looking for one properly in each text took a third of the time for 2 MB."""


@dataclass(frozen=True, slots=True)
class Cleaning:
    """How a request is cleaned: in which scope, and what stays in it since it has left for this host before.

    ``stay`` holds the texts that stay as they are, by the number of their field, but for the values of ``firm``.
    """

    scope: str = ""
    stay: Mapping[int, str] = field(default_factory=dict, repr=False)
    firm: Sequence[Finding] = ()


def clean(
    outgoing: Outgoing, guard: Guard, services: Services, how: Cleaning | None = None
) -> tuple[Outgoing, frozenset[str]]:
    """Return the request without any value that ``guard`` knows, and the addresses in which one was masked.

    Where a value stands in text, it becomes a token; texts that have left before may stay.

    Raises:
        BlockedError: a value stands where it cannot be masked.
        VaultError: a token cannot be kept.
    """
    known: frozenset[str] = frozenset()
    how = how or Cleaning()
    if found := leaks(outgoing, guard):
        texts, firm = read(outgoing), Guard(how.firm)
        stay = {i for i, each in enumerate(texts.fields) if how.stay.get(i) == each.text}
        cuts = {
            i: some
            for i, each in enumerate(texts.fields)
            if each.place is not Place.NUMBER and (some := (firm if i in stay else guard).cuts(each.text))
        }
        headers = [guard.cuts(value) for value in outgoing.headers]
        wanted = [cut.finding for some in (*cuts.values(), *headers) for cut in some]
        scoped = [finding.within(how.scope) for finding in wanted]
        tokens = dict(zip(wanted, services.vault.tokenize(scoped), strict=True)) if wanted else {}
        edits = {i: _edits(some, tokens) for i, some in cuts.items()}
        values = [edited(v, _edits(some, tokens)) for v, some in zip(outgoing.headers, headers, strict=True)]
        outgoing = replace(outgoing, headers=tuple(values))
        known = addresses(texts.fields, edits)
        emptied = {i: [Edit(0, len(texts.fields[i].text), "")] for i in stay}
        if leaks(texts.splice(outgoing, edits | emptied), guard):
            raise leak(found)
        outgoing = texts.splice(outgoing, edits)
        if stay and leaks(outgoing, firm):
            raise leak(found)
    return outgoing, known


def _edits(cuts: Sequence[Cut], tokens: Mapping[Finding, Token]) -> list[Edit]:
    return [Edit(c.start, c.end, spell(tokens[c.finding], c.finding.value)) for c in cuts]


def leaks(outgoing: Outgoing, guard: Guard) -> Coding | None:
    """Return how the first value found anywhere in the request is written, ``None`` when there is none."""
    headers = "\n".join(outgoing.headers).encode("utf-8", "surrogateescape")
    for data in (outgoing.body, outgoing.target.encode("utf-8", "surrogateescape"), headers):
        if hits := guard.search(data):
            return hits[0].coding
    return None


def addresses(fields: Sequence[Field], edits: Mapping[int, Sequence[Edit]]) -> frozenset[str]:
    """Return the web addresses that hold a token put there by ``edits``: only these are restored inside an answer.

    An address that held its token before is left out: a model may have written it, so that restoring it could
    carry the value out.
    """
    found: set[str] = set()
    for i, some in edits.items():
        text = fields[i].text
        if any(mark in text for mark in _ADDRESS_MARKS):
            found.update({*known_addresses([edited(text, some)])}.difference(known_addresses([text])))
    return frozenset(found)
