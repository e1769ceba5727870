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
from collections.abc import Iterator
from itertools import batched
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
"""Files that are looked at together."""


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
    for batch in batches(standard_input()):
        for line, spans in zip(batch, search([line.text for line in batch]), strict=True):
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
    for group in batched(files, FILES_AT_ONCE):
        for (name, text), spans in zip(group, search([text for _, text in group]), strict=True):
            looked_at += 1
            if args.json:
                progress.clear()
                say_json({"file": name, "spans": [_full_json(text, span, args, search) for span in spans]})
            for span in spans:
                totals[span.entity] = totals.get(span.entity, 0) + 1
                if not args.json:
                    rows.append(_row(name, text, span, (args, search)))
        progress.show(looked_at)
    progress.clear()
    if not args.json:
        for line in table(rows):
            say(line)
        left_out = f"; {files.binary} binary left out" if files.binary else ""
        said = f"{looked_at} {'text' if looked_at == 1 else 'texts'}: {counts(totals) or 'nothing found'}"
        say(f"{said}{left_out}{f'; {files.unread} not read' if files.unread else ''}")
    return sum(totals.values()) + files.unread


def _row(name: str, text: str, span: "Span", asked: "tuple[argparse.Namespace, LocalSearch]") -> Row:
    args, search = asked
    value = text[span.start : span.end]
    shown = " ".join(value.split()) if args.show_values else preview(value)
    cells = f"{name}:{_place(text, span)}", span.entity, shown, f"{span.score:.2f}", span.rule
    return Row(cells, tuple(_reasons(span, search)) if args.explain else ())


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


def _place(text: str, span: "Span") -> str:
    """Return line and column, both from 1."""
    return f"{text.count(chr(10), 0, span.start) + 1}:{span.start - text.rfind(chr(10), 0, span.start)}"
