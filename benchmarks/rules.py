"""Speed, load and memory of the rules, and what they find in code where nothing is to be found.

    python -m benchmarks.rules [FILE ...]

Without files the standard library of this Python is the code that is searched: about 1.6 MB by known authors, with
some real addresses of theirs. Mixed text is what ``benchmarks.unseen`` writes: messages, forms, logs and code, searched
one after the other. The examples of the rules are the opposite of code: text that is nothing but values. Times are
processor time of one thread, best of three.
"""

import argparse
import sysconfig
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

from benchmarks.unseen.texts import Writer
from maskwire.detect.fragment import Fragment

if TYPE_CHECKING:
    from maskwire.detect.rules import RuleSet

MODULES = 60
"""Modules of the standard library that are read."""


def corpus(paths: list[Path]) -> str:
    """Return what is searched."""
    chosen = paths or sorted(Path(sysconfig.get_paths()["stdlib"]).glob("[a-m]*.py"))[:MODULES]
    return "\n".join(path.read_text(encoding="utf-8", errors="replace") for path in chosen)


def spent(rules: "RuleSet", fragments: list[Fragment]) -> float:
    """Return the seconds that searching each of ``fragments`` takes."""
    start = time.process_time()
    for fragment in fragments:
        rules.find(fragment)
    return time.process_time() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", type=Path)
    options = parser.parse_args()
    process = psutil.Process()
    before = process.memory_info().rss
    start = time.process_time()
    from maskwire.detect.rules import default_rules

    rules = default_rules()
    loaded = time.process_time() - start
    text = corpus(options.files)
    at_load = process.memory_info().rss - len(text)
    best = float("inf")
    for _ in range(3):
        start = time.process_time()
        spans = rules.find(Fragment(text))
        best = min(best, time.process_time() - start)
    size = len(text.encode())
    print(f"{len(rules.rules)} rules loaded in {loaded:.2f} s, {(at_load - before) / 1e6:.0f} MB more resident")
    print(f"{size / 1024:.0f} KB in {best:.2f} s: {size / best / 1e6:.1f} MB/s, {len(spans)} findings")
    mixed = [Fragment(record["text"]) for chosen in ("first", "second") for record in Writer(1, chosen).records(2)]
    values = [Fragment(example.replace("«", "").replace("»", "")) for rule in rules.rules for example in rule.match]
    for what, fragments in (("mixed texts", mixed), ("examples of all rules", values)):
        best = min(spent(rules, fragments) for _ in range(3))
        size = sum(len(fragment.text.encode()) for fragment in fragments)
        print(f"{len(fragments)} {what}, {size / 1024:.0f} KB: {size / best / 1e6:.2f} MB/s")
    print(f"after use {(process.memory_info().rss - before - len(text)) / 1e6:.0f} MB more resident")
    for rule, count in Counter(span.rule for span in spans).most_common():
        print(f"{count:6d}  {rule}")


if __name__ == "__main__":
    main()
