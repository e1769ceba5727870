"""Findings against gold spans: exact, overlapping, masked, and what was hit that should not be.

Gold is JSON lines: ``id``, ``text``, ``spans`` (``start``, ``end``, ``type``), and optionally ``negs`` (spans that are
no values, each with its ``kind``), ``ignore`` (spans that do not count), ``annotated`` (the types that this record
labels in full), ``lang`` and ``fam`` (a name for its kind of text).
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

DEFAULT_TYPES = frozenset(
    ("PERSON", "EMAIL", "PHONE", "ADDRESS", "CREDIT_CARD", "IBAN", "US_SSN", "NATIONAL_ID", "PASSPORT", "DOB", "IP")
) | frozenset(("MAC", "CRYPTO", "VIN", "IMEI", "GEO", "USERNAME", "SECRET"))
"""Types that a record labels in full when it does not say so itself."""

TYPES: Mapping[str, str] = {
    "EMAIL_ADDRESS": "EMAIL", "PHONE_NUMBER": "PHONE", "IBAN_CODE": "IBAN", "IP_ADDRESS": "IP", "US_ITIN": "US_SSN",
    "MAC_ADDRESS": "MAC", "STREET_ADDRESS": "ADDRESS", "BIRTH_DATE": "DOB", "GPS_COORDINATES": "GEO",
    "API_KEY": "SECRET", "PASSWORD": "SECRET", "PRIVATE_KEY": "SECRET", "JWT": "SECRET", "MEDICAL_ID": "NATIONAL_ID",
    "US_DRIVER_LICENSE": "DRIVER_LICENSE", "US_PASSPORT": "PASSPORT", "UK_NHS": "NATIONAL_ID", "LICENSE_PLATE": "PLATE",
    "US_BANK_NUMBER": "BANK", "ABA_ROUTING_NUMBER": "BANK", "ORGANIZATION": "ORG", "DATE_TIME": "DATE",
    "ES_NIF": "NATIONAL_ID", "ES_NIE": "NATIONAL_ID", "IT_FISCAL_CODE": "NATIONAL_ID", "PL_PESEL": "NATIONAL_ID",
    "IN_AADHAAR": "NATIONAL_ID", "IN_PAN": "NATIONAL_ID", "UK_NINO": "NATIONAL_ID", "SG_NRIC_FIN": "NATIONAL_ID",
}  # fmt: skip
"""What the gold calls the entities of maskwire and Presidio."""

GROUPS = {"US_SSN": "ID", "NATIONAL_ID": "ID", "TAX_ID": "ID", "PASSPORT": "ID", "DRIVER_LICENSE": "ID", "BANK": "ID"}
GROUPS |= {"LOCATION": "PLACE", "ADDRESS": "PLACE", "DOB": "DATE", "DATE": "DATE"}
"""Types that count as each other when a finding overlaps gold."""

type Finding = tuple[int, int, str]


@dataclass(frozen=True, slots=True)
class Record:
    """One labelled text. ``negatives`` are start, end and kind of what is no value."""

    text: str
    spans: tuple[Finding, ...]
    negatives: tuple[tuple[int, int, str], ...]
    ignored: tuple[tuple[int, int], ...]
    types: frozenset[str]
    language: str = "en"
    family: str = ""


@dataclass(slots=True)
class Counts:
    """Counts of one type."""

    gold: int = 0
    found: int = 0
    exact: int = 0
    masked: int = 0
    findings: int = 0
    right: int = 0
    right_exact: int = 0

    def f1(self, exact: bool = False) -> float:
        """Return F1 over overlapping findings, or over those with the very same offsets and type."""
        hits, right = (self.exact, self.right_exact) if exact else (self.found, self.right)
        recall = hits / self.gold if self.gold else 0.0
        precision = right / self.findings if self.findings else 0.0
        return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


@dataclass(slots=True)
class Score:
    """All counts of one detector. ``kinds`` has, for each kind of negative, how many there were and were hit."""

    types: dict[str, Counts] = field(default_factory=lambda: defaultdict(Counts))
    kinds: dict[str, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0]))
    characters: int = 0
    leaked: int = 0

    def total(self, *chosen: str) -> Counts:
        """Return the sum over the types that are ``chosen``, or over all."""
        total = Counts()
        for kind, counts in self.types.items():
            if not chosen or kind in chosen:
                for name in Counts.__slots__:
                    setattr(total, name, getattr(total, name) + getattr(counts, name))
        return total

    def negatives(self) -> tuple[int, int]:
        """Return how many negatives there were and how many were hit."""
        return sum(n for n, _ in self.kinds.values()), sum(hit for _, hit in self.kinds.values())


def load(paths: Iterable[Path], drop: frozenset[str]) -> list[Record]:
    """Return the records of ``paths`` without the types in ``drop``."""
    records = []
    for path in paths:
        for line in path.read_text(encoding="utf-8").splitlines():
            raw = json.loads(line)
            spans = tuple((s["start"], s["end"], s["type"]) for s in raw["spans"] if s["type"] not in drop)
            negatives = tuple((n["start"], n["end"], n.get("kind", "")) for n in raw.get("negs", ()))
            ignored = tuple((n["start"], n["end"]) for n in raw.get("ignore", ()))
            types = frozenset(raw.get("annotated") or DEFAULT_TYPES) - drop
            place = raw.get("lang", "en"), raw.get("fam", "")
            records.append(Record(raw["text"], spans, negatives, ignored, types, *place))
    return records


def group(kind: str) -> str:
    """Return the group in which ``kind`` counts as the same."""
    return GROUPS.get(kind, kind)


def score(records: Sequence[Record], answers: Sequence[Sequence[Finding]]) -> Score:
    """Return the score of ``answers``, one list for each of ``records``."""
    result = Score()
    for record, findings in zip(records, answers, strict=True):
        named = [(start, end, TYPES.get(kind, kind)) for start, end, kind in findings]
        _score_gold(result, record, named)
        _score_findings(result, record, named)
        for low, high, negative in record.negatives:
            result.kinds[negative][0] += 1
            result.kinds[negative][1] += any(a < high and low < b and kind in record.types for a, b, kind in named)
    return result


def judged(record: Record, finding: Finding) -> bool | None:
    """Tell whether a finding, its type as the gold calls it, is right; None when it does not count at all."""
    start, end, kind = finding
    if finding not in record.spans and any(start < b and a < end for a, b in record.ignored):
        return None
    hit = any(start < b and a < end and group(k) == group(kind) for a, b, k in record.spans)
    return hit if hit or kind in record.types else None


def _score_gold(result: Score, record: Record, findings: Sequence[Finding]) -> None:
    covered = {at for start, end, _ in findings for at in range(start, end)}
    for start, end, kind in record.spans:
        counts = result.types[kind]
        same = {at for a, b, k in findings if group(k) == group(kind) for at in range(max(a, start), min(b, end))}
        telling = [at for at in range(start, end) if record.text[at].isalnum()] or list(range(start, end))
        seen = sum(at in covered for at in telling)
        counts.gold += 1
        counts.found += 2 * len(same) >= end - start
        counts.exact += (start, end, kind) in findings
        counts.masked += seen >= 0.98 * len(telling)
        result.characters += len(telling)
        result.leaked += len(telling) - seen


def _score_findings(result: Score, record: Record, findings: Sequence[Finding]) -> None:
    for finding in findings:
        right = judged(record, finding)
        if right is None:
            continue
        start, end, kind = finding
        hit = (k for a, b, k in record.spans if start < b and a < end and group(k) == group(kind))
        counts = result.types[kind if kind in record.types or not right else next(hit)]
        counts.findings += 1
        counts.right += right
        counts.right_exact += finding in record.spans
