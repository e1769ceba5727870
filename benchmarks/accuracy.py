"""Accuracy per entity on labelled files, with Presidio beside maskwire in the same run.

    python -m benchmarks.accuracy GOLD.jsonl [GOLD.jsonl ...] [--names] [--presidio en_core_web_sm ...]

Without ``--names`` only the rules run, and people, organizations and places are left out of the score. With it the
whole pipeline runs. ``--presidio`` takes names of installed spaCy models. Findings below 0.5 do not count, as in the
product. The format of the files is told in ``benchmarks.scoring``. Times are processor time of one thread.
"""

import argparse
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from benchmarks.scoring import Counts, Finding, Record, Score, load, score
from maskwire.detect.fragment import Fragment
from maskwire.detect.names import load_names
from maskwire.detect.pipeline import Pipeline
from maskwire.detect.rules import default_rules

THRESHOLD = 0.5
"""The product's default."""

PROSE = frozenset(("PERSON", "ORG", "LOCATION", "TITLE", "NRP", "AGE", "URL", "DATE", "ZIP"))
"""Types that no rule looks for."""

type Detector = Callable[[str], list[Finding]]


def ours(names: bool) -> Detector:
    """Return maskwire's pipeline as a function of a text."""
    pipeline = Pipeline(default_rules(), load_names() if names else None)

    def find(text: str) -> list[Finding]:
        spans = pipeline.find([Fragment(text)])[0]
        return [(s.start, s.end, s.entity) for s in spans if s.score >= THRESHOLD]

    return find


def presidio(model: str) -> Detector:
    """Return Presidio's analyzer with its default recognizers over the spaCy model ``model``."""
    from presidio_analyzer import AnalyzerEngine
    from presidio_analyzer.nlp_engine import NlpEngineProvider

    models = [{"lang_code": "en", "model_name": model}]
    provider = NlpEngineProvider(nlp_configuration={"nlp_engine_name": "spacy", "models": models})
    engine: Any = AnalyzerEngine(nlp_engine=provider.create_engine(), supported_languages=["en"])

    def find(text: str) -> list[Finding]:
        results = engine.analyze(text=text, language="en", score_threshold=THRESHOLD)
        return [(r.start, r.end, r.entity_type) for r in results if r.entity_type not in ("URL", "NRP")]

    return find


def run(name: str, detector: Detector, records: Sequence[Record]) -> tuple[str, Score, float]:
    """Return the name, the score and the KB a second of ``detector``."""
    detector("A first text, so that nothing is loaded within the measured time: 4111 1111 1111 1111.")
    start = time.process_time()
    answers = [detector(record.text) for record in records]
    seconds = time.process_time() - start
    size = sum(len(record.text.encode("utf-8", "replace")) for record in records)
    return name, score(records, answers), size / 1024 / max(seconds, 1e-9)


def lines(name: str, result: Score, speed: float) -> list[str]:
    """Return the result as a Markdown table."""
    head = ["type", "gold", "found", "F1", "exact F1", "masked"]
    out = [f"**{name}**", "", "| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    ranked: list[tuple[str, Counts]] = sorted(result.types.items(), key=lambda item: -item[1].gold)
    for kind, counts in [*ranked, ("all", result.total())]:
        if counts.gold:
            numbers = f"{counts.f1():.3f} | {counts.f1(exact=True):.3f} | {counts.masked / counts.gold:.3f}"
            out.append(f"| {kind} | {counts.gold} | {counts.findings} | {numbers} |")
    leaked = result.leaked / max(1, result.characters)
    hit = f"{result.negatives_hit} of {result.negatives}" if result.negatives else "none labelled"
    return [*out, "", f"Characters of values left: {leaked:.2%}. Hard negatives hit: {hit}. {speed:.0f} KB/s.", ""]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("gold", nargs="+", type=Path)
    parser.add_argument("--names", action="store_true", help="run the whole pipeline, not the rules alone")
    parser.add_argument("--presidio", nargs="*", default=[], metavar="MODEL", help="spaCy models for Presidio")
    options = parser.parse_args()
    drop = frozenset() if options.names else PROSE
    detectors = [("maskwire" + ("" if options.names else ", rules alone"), ours(options.names))]
    detectors += [(f"Presidio, {model}", presidio(model)) for model in options.presidio]
    for path in options.gold:
        records = load([path], drop)
        print(f"### {path.stem}\n")
        for name, detector in detectors:
            print("\n".join(lines(*run(name, detector, records))))


if __name__ == "__main__":
    main()
