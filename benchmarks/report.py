"""The report of ``benchmarks.accuracy`` as Markdown: detectors beside each other, by entity, language and target."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from benchmarks.scoring import TYPES, Finding, Record, Score, judged, score

TARGETS = (
    ("overlap F1, all types", 0.95, 0.97), ("exact F1, all types", 0.92, 0.95), ("characters leaked", 0.06, 0.03),
    ("PHONE F1", 0.96, 0.98), ("ADDRESS F1", 0.85, 0.90), ("DOB F1", 0.92, 0.97), ("PERSON F1", 0.87, 0.91),
    ("SECRET F1", 0.93, 0.97), ("checksum types F1", 0.98, 0.995), ("disguised values masked", 0.88, 0.95),
    ("hard negatives hit", 0.01, 0.004),
)  # fmt: skip
"""What is measured on a generated set, the least that was wanted, and the goal."""

CHECKSUM_TYPES = ("CREDIT_CARD", "IBAN", "VIN", "IMEI", "NATIONAL_ID")
"""Types whose values end in a digit that proves them."""

BUCKETS = (0.5, 0.6, 0.7, 0.8, 0.9, 1.01)
"""Bounds of the scores that a reliability table puts together."""


@dataclass(frozen=True, slots=True)
class Scored:
    """One finding with its score."""

    finding: Finding
    score: float


@dataclass(frozen=True, slots=True)
class Answer:
    """What one detector said to every record of a set, and how fast, in KB of text a second of processor time."""

    name: str
    spans: Sequence[Sequence[Scored]]
    speed: float

    def findings(self) -> list[list[Finding]]:
        """Return the findings alone."""
        return [[scored.finding for scored in spans] for spans in self.spans]


def tables(records: Sequence[Record], answers: Sequence[Answer]) -> Iterator[str]:
    """Yield the lines of the report on one set."""
    scores = [score(records, answer.findings()) for answer in answers]
    names = [answer.name for answer in answers]
    yield from _by_type(names, scores)
    yield from _by_language(records, answers)
    for answer, result in zip(answers, scores, strict=True):
        count, hit = result.negatives()
        negatives = f"{hit} of {count}" if count else "none labelled"
        leaked = result.leaked / max(1, result.characters)
        yield f"{answer.name}: characters left {leaked:.2%}; hard negatives hit {negatives}; {answer.speed:.0f} KB/s."
        yield ""


def _by_type(names: Sequence[str], scores: Sequence[Score]) -> Iterator[str]:
    yield from _head(["type", "gold", *(f"{n} {what}" for n in names for what in ("F1", "exact", "masked"))])
    first = scores[0]
    for kind in [*sorted((k for k in first.types), key=lambda k: -first.types[k].gold), "all"]:
        rows = [s.total() if kind == "all" else s.types[kind] for s in scores]
        if gold := rows[0].gold:
            cells = [f"{c.f1():.3f} | {c.f1(exact=True):.3f} | {c.masked / gold:.3f}" for c in rows]
            yield f"| {kind} | {gold} | {' | '.join(cells)} |"
    yield ""


def _by_language(records: Sequence[Record], answers: Sequence[Answer]) -> Iterator[str]:
    languages = sorted({record.language for record in records})
    if len(languages) < 2:
        return
    yield from _head(["language", "gold", *(f"{a.name} {what}" for a in answers for what in ("F1", "people F1"))])
    found = [answer.findings() for answer in answers]
    for language in languages:
        chosen = [i for i, record in enumerate(records) if record.language == language]
        part = [records[i] for i in chosen]
        scores = [score(part, [findings[i] for i in chosen]) for findings in found]
        cells = [f"{s.total().f1():.3f} | {_f1(s, 'PERSON')}" for s in scores]
        yield f"| {language} | {scores[0].total().gold} | {' | '.join(cells)} |"
    yield ""


def _f1(result: Score, kind: str) -> str:
    return f"{result.types[kind].f1():.3f}" if kind in result.types and result.types[kind].gold else "–"


def targets(records: Sequence[Record], answer: Answer) -> Iterator[str]:
    """Yield a table of what was wanted on a generated set and what ``answer`` reaches."""
    found = answer.findings()
    result = score(records, found)
    disguised = [i for i, record in enumerate(records) if record.family.startswith("adv_")]
    total, (count, hit) = result.total(), result.negatives()
    odd = score([records[i] for i in disguised], [found[i] for i in disguised]).total()
    measured: dict[str, float | None] = {
        "overlap F1, all types": total.f1(),
        "exact F1, all types": total.f1(exact=True),
        "characters leaked": result.leaked / max(1, result.characters),
        "checksum types F1": result.total(*CHECKSUM_TYPES).f1(),
        "disguised values masked": odd.masked / odd.gold if odd.gold else None,
        "hard negatives hit": hit / count if count else None,
        **{f"{kind} F1": result.types[kind].f1() for kind in ("PHONE", "ADDRESS", "DOB", "PERSON", "SECRET")},
    }
    yield from _head(["measure", "least wanted", "goal", "reached"])
    for name, least, goal in TARGETS:
        value = measured[name]
        if value is not None:
            yield f"| {name} | {least:g} | {goal:g} | {value:.4f} |"
    yield ""


def reliability(records: Sequence[Record], answer: Answer) -> Iterator[str]:
    """Yield a table of how often findings of a score are right."""
    found: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    for record, spans in zip(records, answer.spans, strict=True):
        for scored in spans:
            start, end, kind = scored.finding
            right = judged(record, (start, end, TYPES.get(kind, kind)))
            if right is not None:
                bucket = sum(scored.score >= bound for bound in BUCKETS)
                found[bucket][0] += 1
                found[bucket][1] += right
    yield from _head(["score", "findings", "right"])
    for bucket, (count, hits) in sorted(found.items()):
        low, high = BUCKETS[bucket - 1], min(BUCKETS[bucket], 1.0)
        yield f"| {low:.1f} to {high:.1f} | {count} | {hits / count:.3f} |"
    yield ""


def _head(columns: Sequence[str]) -> Iterator[str]:
    yield f"| {' | '.join(columns)} |"
    yield f"|{'---|' * len(columns)}"


type Detector = Callable[[str], list[Scored]]
"""Returns what is found in a text, each finding with its score."""
