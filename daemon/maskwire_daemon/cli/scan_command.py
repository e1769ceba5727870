"""Find personal data and secrets in files, folders, standard input, or lines of JSON.

Values are shown by their first character and length only. Nothing is stored and nothing leaves the machine.
With --jsonl each line {"id": …, "text": "…"} is answered by {"id": …, "spans": [{"start", "end", "entity",
"score"}]} in the same order; offsets count Unicode code points.

Examples:
  maskwire scan notes.md src/
  maskwire scan --fail .env            exit code 1 when something is found, for hooks and CI
  git diff | maskwire scan
  maskwire scan --jsonl < lines.jsonl > spans.jsonl
"""

import argparse
import sys
from collections.abc import Iterable, Iterator, Sequence
from itertools import batched
from pathlib import Path
from typing import TYPE_CHECKING

from maskwire_daemon.cli.jsonl import batches, standard_input, write
from maskwire_daemon.cli.terminal import Exit, counts, say, say_json, warn

if TYPE_CHECKING:
    from maskwire.spans import Span
    from maskwire_daemon.cli.finding import Finder

MAX_FILE = 16 * 1024 * 1024
"""Bytes of a file: larger ones are named and left out."""

SKIPPED = frozenset({".git", ".hg", ".svn", "node_modules", "__pycache__", ".venv", ".mypy_cache", ".ruff_cache"})
"""Folders below a given one that are not entered: others' code and caches."""

FILES_AT_ONCE = 32
"""Files that are looked at together."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE", help="files or folders; standard input if none")
    parser.add_argument("--jsonl", action="store_true", help="read lines of JSON from standard input, answer each")
    parser.add_argument("--json", action="store_true", help="one line of JSON for each file")
    parser.add_argument("--rules-only", action="store_true", help="without names: starts faster, finds less")
    parser.add_argument("--all", action="store_true", help="also findings whose score is too low to be acted on")
    parser.add_argument("--show-values", action="store_true", help="print the values themselves")
    parser.add_argument("--fail", action="store_true", help="exit code 1 when anything is found")


def run(args: argparse.Namespace) -> int:
    """Scan what was asked for."""
    from maskwire_daemon.cli.finding import local_finder

    if args.jsonl and (args.files or args.json or args.show_values):
        warn("--jsonl reads standard input alone: give it no files and no other form of output")
        return Exit.MISUSE
    finder = local_finder(names=not args.rules_only, everything=args.all)
    found = _scan_lines(finder) if args.jsonl else _scan_files(args, finder)
    return Exit.FAILED if found and args.fail else Exit.DONE


def _scan_lines(finder: "Finder") -> int:
    found = 0
    for batch in batches(standard_input()):
        for line, spans in zip(batch, finder([line.text for line in batch]), strict=True):
            write({"id": line.id, "spans": [as_json(span) for span in spans]})
            found += len(spans)
        sys.stdout.flush()
    return found


def as_json(span: "Span") -> dict[str, object]:
    """Return a finding as the command writes it."""
    return {"start": span.start, "end": span.end, "entity": span.entity, "score": round(span.score, 4)}


def _scan_files(args: argparse.Namespace, finder: "Finder") -> int:
    totals: dict[str, int] = {}
    looked_at = 0
    for group in batched(_texts(args.files), FILES_AT_ONCE):
        for (name, text), spans in zip(group, finder([text for _, text in group]), strict=True):
            looked_at += 1
            for span in spans:
                totals[span.entity] = totals.get(span.entity, 0) + 1
            if args.json:
                say_json({"file": name, "spans": [as_json(span) for span in spans]})
            else:
                _show(name, text, spans, whole=args.show_values)
        _progress(looked_at)
    _progress(0)
    if not args.json:
        say(f"{looked_at} {'text' if looked_at == 1 else 'texts'}: {counts(totals) or 'nothing found'}")
    return sum(totals.values())


def _show(name: str, text: str, spans: Sequence["Span"], *, whole: bool) -> None:
    for span in spans:
        line = text.count("\n", 0, span.start) + 1
        column = span.start - (text.rfind("\n", 0, span.start) + 1) + 1
        value = text[span.start : span.end]
        shown = value if whole else preview(value)
        say(f"{name}:{line}:{column}  {span.entity}  {span.score:.2f}  {shown}")


def preview(value: str) -> str:
    """Return what may be shown of a value: its first character, and how long it is."""
    return f"{value[:1]}… ({len(value)} characters)" if len(value) > 1 else "… (1 character)"


def _texts(given: Sequence[Path]) -> Iterator[tuple[str, str]]:
    """Yield name and text of each file that can be searched; the others are named on the way."""
    if not given:
        yield "standard input", sys.stdin.buffer.read().decode("utf-8", "replace")
    for path in _files(given):
        try:
            if path.stat().st_size > MAX_FILE:
                warn(f"{path} is larger than {MAX_FILE // 2**20} MB and was not searched")
                continue
            raw = path.read_bytes()
        except OSError as e:
            warn(f"{path} cannot be read: {e.strerror}")
            continue
        if b"\0" in raw[:8192]:
            if path in given:
                warn(f"{path} is not text and was not searched")
            continue
        yield str(path), raw.decode("utf-8", "replace")


def _files(given: Iterable[Path]) -> Iterator[Path]:
    for path in given:
        if not path.is_dir():
            yield path
            continue
        for folder, inner, names in path.walk():
            inner[:] = sorted(set(inner) - SKIPPED)
            yield from (folder / name for name in sorted(names) if not (folder / name).is_symlink())


def _progress(looked_at: int) -> None:
    """Show on a terminal how far it is; 0 clears the line."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\x1b[K{looked_at} files" if looked_at else "\r\x1b[K")
        sys.stderr.flush()
