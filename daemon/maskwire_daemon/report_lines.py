"""A report as CSV for a spreadsheet and as JSON lines for a program. Sans-IO."""

import csv
import io
import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

from maskwire_daemon.report import Report

COLUMNS = (
    "section",
    "name",
    "entity",
    "count",
    "masked",
    "stayed",
    "left",
    "at",
    "actor",
    "subject",
    "status",
    "ok",
    "problem",
    "note",
    "since",
    "until",
)
"""The columns of the table; each line fills those that it has."""


def as_csv(report: Report) -> str:
    """Return the report as a table with a head; times are as ISO 8601 writes them, in UTC."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, COLUMNS, restval="")
    writer.writeheader()
    writer.writerows({name: _cell(held) for name, held in row.items()} for row in rows(report))
    return out.getvalue()


def as_json_lines(report: Report) -> str:
    """Return the report as one object for each line."""
    return "".join(json.dumps(row) + "\n" for row in rows(report))


def _time(unix_s: float) -> str:
    return datetime.fromtimestamp(unix_s, UTC).isoformat(timespec="seconds")


def _cell(held: object) -> object:
    """Return a cell that no spreadsheet takes for a formula: a program's name may be anything.

    Source: https://owasp.org/www-community/attacks/CSV_Injection
    """
    return f"'{held}" if isinstance(held, str) and held.startswith(("=", "+", "-", "@", "\t", "\r")) else held


def rows(report: Report) -> Iterator[Mapping[str, object]]:
    """Yield the report line by line, for tables and programs: every line has ``section`` and ``name``."""
    yield {
        "section": "report",
        "name": "period",
        "since": _time(report.period.since),
        "until": _time(report.period.until),
    }
    yield {"section": "report", "name": "made", "at": _time(report.made)}
    traffic = report.traffic
    for name, count in (
        ("exchanges", traffic.exchanges),
        ("masked values", traffic.masked),
        ("values that left", traffic.left),
        ("restored tokens", traffic.restored),
        ("unresolved tokens", traffic.unresolved),
        ("values shown", report.shown),
    ):
        yield {"section": "sum", "name": name, "count": count}
    for section, counts in (
        ("outcome", traffic.outcomes),
        ("refusal", traffic.reasons),
        ("host", traffic.hosts),
        ("program", traffic.programs),
    ):
        for name, count in counts.most_common():
            yield {"section": section, "name": name, "count": count}
    for (host, entity), kept in sorted(traffic.kept.items()):
        counted = {"masked": kept.masked, "stayed": kept.stayed, "left": kept.left}
        yield {"section": "kept", "name": host, "entity": entity, **counted}
    for section, acts in (("change", report.changes), ("pause", report.pauses), ("reveal", report.reveals)):
        for act in acts:
            yield {
                "section": section,
                "name": act.deed,
                "at": _time(act.at),
                "actor": act.actor,
                "subject": act.subject,
                "status": act.status,
                "count": act.times,
            }
    if traffic.proven:
        yield {"section": "proof", "name": "canary", "at": _time(traffic.proven)}
    if report.checked is not None:
        for name, verdict in (("journal", report.checked.exchanges), ("audit log", report.checked.audit)):
            yield {
                "section": "proof",
                "name": name,
                "at": _time(report.checked.at),
                "count": verdict.rows,
                "ok": verdict.ok,
                "problem": verdict.problem,
                "note": verdict.note,
            }
