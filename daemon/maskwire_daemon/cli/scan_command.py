"""Find personal data and secrets in files, folders, standard input, or lines of JSON.

Findings stand in a table; values are shown by their first character and length only. Nothing is stored and nothing
leaves the machine. The person's own words, rule packs, learned secrets and allowed values count as they do for
requests. Below a folder, what .gitignore leaves out, binary files and folders such as .git are not looked at.
With --jsonl each line {"id": …, "text": "…"} is answered by {"id": …, "spans": [{"start", "end", "entity",
"score"}]} in the same order; offsets count Unicode code points.

Examples:
  maskwire scan notes.md src/
  maskwire scan --explain notes.md     with the rule, checks and context words behind each finding
  maskwire scan --fail .env            exit code 1 when something is found or could not be read, for hooks and CI
  git diff | maskwire scan
  maskwire scan --jsonl < lines.jsonl > spans.jsonl
"""

import argparse
import contextlib
import sys
from collections.abc import Iterable, Iterator, Sequence
from itertools import tee
from pathlib import Path
from typing import TYPE_CHECKING

from maskwire_daemon.cli.jsonl import batches, standard_input, write
from maskwire_daemon.cli.scan_table import Progress, Row, preview, table
from maskwire_daemon.cli.terminal import Exit, counts, say, say_json, warn
from maskwire_daemon.cli.textfiles import TextFiles

if TYPE_CHECKING:
    from maskwire.spans import Span
    from maskwire_daemon.cli.finding import LocalSearch

FILES_AT_ONCE = 32
"""Files that are looked at together at most."""

CHARACTERS_AT_ONCE = 1024 * 1024
"""Characters after which no more files join those that are looked at together: a bound on memory."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE", help="files or folders; standard input if none")
    parser.add_argument("--jsonl", action="store_true", help="read lines of JSON from standard input, answer each")
    parser.add_argument("--json", action="store_true", help="one line of JSON for each file")
    parser.add_argument("--rules-only", action="store_true", help="without names: starts faster, finds less")
    parser.add_argument("--all", action="store_true", help="also findings whose score is too low to be acted on")
    parser.add_argument("--no-ignore", action="store_true", help="also files that .gitignore leaves out")
    parser.add_argument("--explain", action="store_true", help="say for each finding why it is one")
    parser.add_argument("--show-values", action="store_true", help="print the values themselves")
    parser.add_argument("--fail", action="store_true", help="exit code 1 when anything is found or could not be read")


def run(args: argparse.Namespace) -> int:
    """Scan what was asked for."""
    from maskwire_daemon.cli.finding import LocalSearch, Wanted, keyed_here, locked_here
    from maskwire_daemon.detection.pool import usable_cores

    if args.jsonl and (args.files or args.json or args.show_values or args.explain):
        warn("--jsonl reads standard input alone: give it no files and no other form of output")
        return Exit.MISUSE
    keyed = keyed_here()
    if keyed is None and locked_here():
        warn("the vault is locked: secrets that were learned are not looked for, values that you allow are reported")
    search = LocalSearch(Wanted(not args.rules_only, args.all, keyed, usable_cores()))
    with contextlib.closing(search):
        found = _scan_lines(search) if args.jsonl else _scan_files(args, search)
    return Exit.FAILED if found and args.fail else Exit.DONE


def _scan_lines(search: "LocalSearch") -> int:
    found = 0
    asked, given = tee(batches(standard_input(), pauses=True))
    for batch, answers in zip(given, search.each([line.text for line in batch] for batch in asked), strict=True):
        for line, spans in zip(batch, answers, strict=True):
            write({"id": line.id, "spans": [as_json(span) for span in spans]})
            found += len(spans)
        sys.stdout.flush()
    return found


def as_json(span: "Span") -> dict[str, object]:
    """Return a finding as the command writes it."""
    return {"start": span.start, "end": span.end, "entity": span.entity, "score": round(span.score, 4)}


def _scan_files(args: argparse.Namespace, search: "LocalSearch") -> int:
    """Return how much was found, what could not be read included."""
    totals: dict[str, int] = {}
    rows: list[Row] = []
    looked_at = 0
    files = TextFiles(args.files, everything=args.no_ignore)
    progress = Progress(files.count() if sys.stderr.isatty() else 0)
    search.follow(progress.part)
    asked, given = tee(_groups(files))
    for group, found in zip(given, search.each([text for _, text in group] for group in asked), strict=True):
        for (name, text), spans in zip(group, found, strict=True):
            looked_at += 1
            if args.json:
                progress.clear()
                say_json({"file": name, "spans": [_full_json(text, span, args, search) for span in spans]})
            for span, place in zip(spans, _places(text, spans), strict=True):
                totals[span.entity] = totals.get(span.entity, 0) + 1
                if not args.json:
                    cells = f"{name}:{place}", span.entity, _shown(text, span, args), f"{span.score:.2f}", span.rule
                    rows.append(Row(cells, tuple(_reasons(span, search)) if args.explain else ()))
        progress.show(looked_at)
    progress.clear()
    if not args.json:
        for line in table(rows):
            say(line)
        left_out = f"; {files.binary} binary left out" if files.binary else ""
        said = f"{looked_at} {'text' if looked_at == 1 else 'texts'}: {counts(totals) or 'nothing found'}"
        say(f"{said}{left_out}{f'; {files.unread} not read' if files.unread else ''}")
    return sum(totals.values()) + files.unread


def _groups(files: Iterable[tuple[str, str]]) -> Iterator[list[tuple[str, str]]]:
    """Yield names and texts of ``files`` in order, in lists that are searched together."""
    group: list[tuple[str, str]] = []
    size = 0
    for name, text in files:
        group.append((name, text))
        size += len(text)
        if len(group) == FILES_AT_ONCE or size >= CHARACTERS_AT_ONCE:
            yield group
            group, size = [], 0
    if group:
        yield group


def _shown(text: str, span: "Span", args: argparse.Namespace) -> str:
    value = text[span.start : span.end]
    return " ".join(value.split()) if args.show_values else preview(value)


def _full_json(text: str, span: "Span", args: argparse.Namespace, search: "LocalSearch") -> dict[str, object]:
    """Return a finding with what the options add to it."""
    full = as_json(span)
    if args.explain:
        why = search.explain(span)
        full["why"] = {
            "rule": why.rule,
            "checks": list(why.checks),
            "context": list(why.context),
            "source": why.source,
            "score": why.score,
        }
    if args.show_values:
        full["value"] = text[span.start : span.end]
    return full


def _reasons(span: "Span", search: "LocalSearch") -> Iterator[str]:
    why = search.explain(span)
    yield f"rule {why.rule}{f', by {why.source}' if why.source else ''}"
    if why.score:
        yield f"score: {why.score}"
    if why.checks:
        yield f"checked: {', '.join(why.checks)}"
    if why.context:
        yield f"words that speak for it: {', '.join(why.context)}"


def _places(text: str, spans: "Sequence[Span]") -> Iterator[str]:
    """Yield line and column of each of ``spans``, which are sorted, both from 1."""
    line, at = 1, 0
    for span in spans:
        line += text.count("\n", at, span.start)
        at = span.start
        yield f"{line}:{at - text.rfind(chr(10), 0, at)}"
