"""Checks and exports the journal, through the daemon when one runs. IO: files and the terminal."""

import csv
import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TextIO

from maskwire_client.models import Verdict
from maskwire_daemon.cli.engine import vault_engine
from maskwire_daemon.cli.period import Period
from maskwire_daemon.cli.terminal import Exit, say, say_json, warn
from maskwire_daemon.store.exchange_rows import COLUMNS


def verify(file: Path | None, *, as_json: bool) -> int:
    """Check the journal and the audit log, or an export of the journal; say what is wrong and where."""
    with vault_engine() as engine:
        if file is None:
            exchanges, audit = engine.verify()
            found = {"exchanges": exchanges, "audit": audit}
        else:
            lines = file.read_text(encoding="utf-8", errors="replace").splitlines(keepends=True)
            found = {"export": engine.verify_export(lines)}
    if as_json:
        say_json({name: asdict(verdict) for name, verdict in found.items()})
    else:
        for name, verdict in found.items():
            say(sentence(NAMES[name], verdict))
    return Exit.DONE if all(verdict.ok for verdict in found.values()) else Exit.FAILED


NAMES = {"exchanges": "journal", "audit": "audit log", "export": "export"}


def sentence(name: str, verdict: Verdict) -> str:
    """Return a verdict for reading."""
    note = f" ({verdict.note})" if verdict.note else ""
    foreign = f", {verdict.foreign} of them made with another key" if verdict.foreign else ""
    if verdict.ok:
        return f"{name}: {verdict.rows} records{foreign}, none changed, removed or moved{note}"
    return f"{name}: TAMPERED WITH at record {verdict.first_bad}: {verdict.problem}{note}"


def export(period: Period, output: Path | None, *, as_csv: bool) -> int:
    """Write a period of the journal; say how many records that are."""
    with vault_engine() as engine, _opened(output) as out:
        write = _as_csv if as_csv else _as_lines
        count = write(engine.export(period.since, period.until), out)
    if output is not None:
        warn(
            f"{count} records in {output}" + ("" if as_csv else f"; check them with `maskwire events verify {output}`")
        )
    return Exit.DONE


def _as_lines(lines: Iterable[str], out: TextIO) -> int:
    """Write the lines as they are; return how many are records, which the two marks are not."""
    count = 0
    for count, line in enumerate(lines):  # noqa: B007 - the last index is what is left
        out.write(line)
    return max(0, count - 1)


def _as_csv(lines: Iterable[str], out: TextIO) -> int:
    writer = csv.DictWriter(out, ["id", *COLUMNS], extrasaction="ignore")
    writer.writeheader()
    count = 0
    for line in lines:
        row = json.loads(line)
        if "id" in row:
            writer.writerow({name: _cell(held) for name, held in row.items()})
            count += 1
    return count


def _cell(held: object) -> object:
    """Return a cell that no spreadsheet takes for a formula.

    Source: https://owasp.org/www-community/attacks/CSV_Injection
    """
    text = json.dumps(held) if isinstance(held, dict | list) else held
    return f"'{text}" if isinstance(text, str) and text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


@contextmanager
def _opened(output: Path | None) -> Iterator[TextIO]:
    if output is None:
        yield sys.stdout
        return
    with output.open("w", encoding="utf-8", newline="") as out:
        yield out
