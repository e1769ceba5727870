"""What searching much text costs from a cold start, everything included: ``maskwire scan --jsonl``.

    python -m benchmarks.scan [FILE.jsonl] [--runs 5]

Lines of FILE need ``text``; without one, about a megabyte is written from the templates of ``benchmarks.unseen``.
Processor time is that of both processes with their start; the best of the runs counts. Where two cores are free, the
time that passes is little more than half of it.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.unseen.texts import Writer

ROUNDS = 14
"""Texts for each template."""


@dataclass(frozen=True)
class Run:
    """One scan, in seconds."""

    processor_s: float
    passed_s: float


def texts(file: Path | None) -> Iterator[str]:
    """Yield what is searched."""
    if file is not None:
        yield from (json.loads(line)["text"] for line in file.open(encoding="utf-8"))
        return
    for chosen in ("first", "second"):
        yield from (record["text"] for record in Writer(1, chosen).records(ROUNDS))


def scanned(lines: Path, home: str) -> Run:
    """Scan ``lines`` once, in a home of its own."""
    command = [sys.executable, "-m", "maskwire_daemon", "scan", "--jsonl"]
    environ = {**os.environ, "MASKWIRE_HOME": home}
    before, started = os.times(), time.perf_counter()
    with lines.open("rb") as source:
        subprocess.run(command, stdin=source, stdout=subprocess.DEVNULL, env=environ, check=True)
    passed, after = time.perf_counter() - started, os.times()
    used = after.children_user + after.children_system - before.children_user - before.children_system
    return Run(used, passed)


def main() -> None:
    """Scan some times, and print the best figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", nargs="?", type=Path)
    parser.add_argument("--runs", type=int, default=5)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        lines = Path(folder) / "lines.jsonl"
        size = count = 0
        with lines.open("w", encoding="utf-8") as out:
            for count, text in enumerate(texts(args.file), 1):
                size += len(text.encode("utf-8", "replace"))
                out.write(json.dumps({"id": count, "text": text}) + "\n")
        runs = [scanned(lines, folder) for _ in range(args.runs)]
    processor_s, passed_s = min(run.processor_s for run in runs), min(run.passed_s for run in runs)
    print(f"{count} texts, {size / 1e6:.2f} MB, {args.runs} runs, load {os.getloadavg()[0]:.1f}")
    print(f"processor time     {processor_s:6.2f} s  {size / 1024 / processor_s:6.0f} KB/s")
    print(f"time that passed   {passed_s:6.2f} s  {size / 1024 / passed_s:6.0f} KB/s")


if __name__ == "__main__":
    main()
