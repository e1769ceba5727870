"""Text on the playground: searched, explained, masked and restored with the daemon's own parts. IO: detector, vault.

Values are here for as long as one answer takes. No ``repr`` shows one.
"""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from maskwire import masker
from maskwire.detect.fragment import Fragment
from maskwire.policy import Action, Policy
from maskwire.spans import Span, select
from maskwire.wire.attachments.file import File, Reading
from maskwire.wire.attachments.opening import open_file
from maskwire.wire.document import Document, Field
from maskwire.wire.hosts import known_hosts
from maskwire_client.models import NewAllowance, Restored
from maskwire_daemon.api.control import Control
from maskwire_daemon.config.edit import add_term
from maskwire_daemon.config.file import load
from maskwire_daemon.config.settings import CUSTOM, policy_of
from maskwire_daemon.detection.ownrules import own_rules
from maskwire_daemon.live import Live
from maskwire_daemon.storage import Storage
from maskwire_daemon.web.reasons import Reason, Reasons

HAND = "hand"
"""The recognizer of a word that the person marked."""


@dataclass(frozen=True, slots=True)
class Choices:
    """What the person decided by hand for one text: values that stay, and words that are masked as well."""

    leave: tuple[str, ...] = field(default=(), repr=False)
    also: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Finding:
    """One value: where it stands, what found it and why, and what became of it.

    ``fate`` is ``masked``, ``left`` (by hand), ``allowed`` (by the settings) or ``unsure`` (its score is too low);
    ``token`` stands for it when it is masked. ``again`` says that no recognizer saw it here, but elsewhere.
    """

    number: int
    start: int
    end: int
    entity: str
    score: float
    value: str = field(repr=False)
    fate: str
    reason: Reason
    token: str = ""
    again: bool = False


@dataclass(frozen=True, slots=True)
class Examined:
    """A text with its findings in order. ``ms`` is what search and masking took."""

    text: str = field(repr=False)
    masked: str = field(repr=False)
    findings: Sequence[Finding]
    ms: float


class Workbench:
    """What the playground asks of the daemon."""

    def __init__(self, live: Live, control: Control) -> None:
        self._live = live
        self._control = control

    async def examine(self, text: str, choices: Choices) -> Examined:
        """Return what is found in ``text`` and how it leaves; tokens are kept in the vault, as for a request.

        Raises:
            BlockedError: the detector failed.
            VaultError: the tokens could not be kept.
        """
        storage, policy = self._live.opened(), policy_of(self._live.config)
        began = time.perf_counter()
        (spans,) = await self._live.detector.find([Fragment(text)])
        return await asyncio.to_thread(self._examined, _Sheet(text, spans, choices, policy, storage), began)

    async def restore(self, text: str) -> Restored:
        """Return ``text`` with values in place of this vault's tokens.

        Raises:
            VaultError: the vault cannot be read.
        """
        return await self._control.restore([text])

    async def mask_file(self, name: str, content: bytes) -> bytes:
        """Return a document with its values masked in place.

        Raises:
            BlockedError: it cannot be read or edited, or the detector failed.
            VaultError: the tokens could not be kept.
        """
        document = await asyncio.to_thread(open_file, File(name, "", content), Reading())
        spans = await self._live.detector.find([Fragment(f.text, f.label) for f in document.fields])
        return await asyncio.to_thread(self._mask_document, document, spans)

    async def texts_of(self, name: str, content: bytes) -> str:
        """Return the texts of a document, each on a line of its own.

        Raises:
            BlockedError: it cannot be read.
        """
        document = await asyncio.to_thread(open_file, File(name, "", content), Reading())
        return "\n".join(each.text for each in document.fields)

    async def always_allow(self, value: str) -> None:
        """Let ``value`` pass everywhere from now on; only its keyed hash is written.

        Raises:
            ConfigError: the settings are wrong as they stand.
            VaultError: the key does not outlive the daemon.
        """
        await self._control.allow(NewAllowance(value))

    async def always_mask(self, word: str) -> None:
        """Mask ``word`` everywhere from now on; it is written to the settings.

        Raises:
            ConfigError: the settings are wrong as they stand.
        """
        file = self._live.paths.config
        await asyncio.to_thread(add_term, file, word, known_hosts())
        self._live.follow(await asyncio.to_thread(load, file, known_hosts()))

    def _mask_document(self, document: Document, spans: Sequence[Sequence[Span]]) -> bytes:
        storage, policy = self._live.opened(), policy_of(self._live.config)
        fields = [Field(f.text, f.path, f.label, f.place, fresh=False) for f in document.fields]
        plan = masker.plan(fields, spans, lambda entity, score: policy.action(entity, score, ""), storage.knows)
        edits = masker.edits(plan, storage.vault.tokenize([policy.scoped(each, "") for each in plan.findings]))
        return document.splice(edits)

    def _examined(self, sheet: "_Sheet", began: float) -> Examined:
        masked, findings = sheet.read(Reasons(own_rules(self._live.paths.rules)))
        return Examined(sheet.text, masked, findings, (time.perf_counter() - began) * 1000)


@dataclass(frozen=True, slots=True)
class _Sheet:
    """One text, what was found in it, and what is to be done with that."""

    text: str = field(repr=False)
    spans: Sequence[Span]
    choices: Choices
    policy: Policy
    storage: Storage = field(repr=False)

    def read(self, reasons: Reasons) -> tuple[str, list[Finding]]:
        """Return the masked text and the findings, sorted by start, none overlapping."""
        every = select([*self.spans, *self._by_hand()])
        wanted = [span for span in every if self._fate(span) == "masked"]
        plan = masker.plan([Field(self.text, "$", fresh=False)], [wanted], lambda *_: Action.MASK, self.storage.knows)
        tokens = self.storage.vault.tokenize([self.policy.scoped(each, "") for each in plan.findings])
        edits = masker.edits(plan, tokens).get(0, [])
        taken = [(spot.start, spot.end) for spot in plan.spots]
        rows = [(s, self._fate(s), "") for s in every if not any(a < s.end and s.start < b for a, b in taken)]
        rows += [
            (self._seen(spot.start, spot.end, plan.findings[spot.finding].entity, wanted), "masked", edit.text)
            for spot, edit in zip(plan.spots, edits, strict=True)
        ]
        findings = [
            Finding(
                number=number,
                start=span.start,
                end=span.end,
                entity=span.entity,
                score=span.score,
                value=self.text[span.start : span.end],
                fate=fate,
                reason=reasons.of(span, self.text),
                token=token,
                again=not span.rule,
            )
            for number, (span, fate, token) in enumerate(sorted(rows, key=lambda row: row[0].start), 1)
        ]
        return _spliced(self.text, findings), findings

    def _by_hand(self) -> list[Span]:
        """Return where the words stand that the person marked."""
        found: list[Span] = []
        for word in self.choices.also:
            at = self.text.find(word)
            while at >= 0:
                found.append(Span(at, at + len(word), CUSTOM, 1.0, HAND))
                at = self.text.find(word, at + len(word))
        return found

    def _fate(self, span: Span) -> str:
        if self.text[span.start : span.end] in self.choices.leave:
            return "left"
        if span.score < self.policy.thresholds.get(span.entity, self.policy.threshold):
            return "unsure"
        return "allowed" if self.policy.action(span.entity, span.score, "") is Action.ALLOW else "masked"

    def _seen(self, start: int, end: int, entity: str, wanted: Sequence[Span]) -> Span:
        """Return the finding that a masked stretch comes from; one without a rule is the same value once more."""
        whole = [s for s in wanted if s.start <= start and end <= s.end] or [
            s for s in wanted if s.start < end and start < s.end
        ]
        first = whole[0] if whole else Span(start, end, entity, 1.0, "")
        return Span(start, end, entity, first.score, first.rule)


def _spliced(text: str, findings: Sequence[Finding]) -> str:
    parts: list[str] = []
    at = 0
    for finding in findings:
        if finding.fate == "masked":
            parts += [text[at : finding.start], finding.token]
            at = finding.end
    return "".join([*parts, text[at:]])
