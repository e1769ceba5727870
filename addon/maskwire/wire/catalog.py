"""The table of surfaces as people read it: what is masked, restored, streamed or refused, host by host. Sans-IO."""

from collections.abc import Iterable
from dataclasses import dataclass

from maskwire.wire.formats import TABLE
from maskwire.wire.hosts import PROVIDERS
from maskwire.wire.json_format import JsonFormat
from maskwire.wire.row import Row
from maskwire.wire.surface import Treatment

SHOWN = 3
"""Routes of one surface that a page shows; some have twenty, which differ in their ends."""

_SENDING = frozenset({"POST", "PUT", "PATCH", "WEBSOCKET"})


@dataclass(frozen=True, slots=True)
class Entry:
    """One surface of one provider.

    ``paths`` are method and path of each route. ``masked`` tells that what is sent is searched, ``restored`` that
    values come back in answers, ``streamed`` that they do while an answer arrives. ``why`` explains what passes or is
    refused.
    """

    provider: str
    hosts: tuple[str, ...]
    surface: str
    paths: tuple[str, ...]
    treatment: Treatment
    masked: bool
    restored: bool
    streamed: bool
    validated: str
    why: str


def entries() -> list[Entry]:
    """Return every surface in the table's order, the routes of one surface together."""
    grouped: dict[tuple[str, str, str, str, Treatment], list[Row]] = {}
    for row in TABLE:
        for provider in row.providers:
            key = (provider, row.id, row.validated, row.why, row.treatment)
            grouped.setdefault(key, []).append(row)
    order = list(PROVIDERS)
    found = [_entry(provider, rows) for (provider, *_), rows in grouped.items()]
    return sorted(found, key=lambda entry: order.index(entry.provider))


def _entry(provider: str, rows: list[Row]) -> Entry:
    first = rows[0]
    is_masked = first.treatment is Treatment.MASK
    methods = {method for row in rows for method in row.methods.split()}
    return Entry(
        provider=provider,
        hosts=PROVIDERS[provider],
        surface=first.id,
        paths=tuple(dict.fromkeys(f"{row.methods} {row.path}" for row in rows)),
        treatment=first.treatment,
        masked=is_masked and not methods.isdisjoint(_SENDING),
        restored=is_masked and any(_restores(row) for row in rows),
        streamed=is_masked and any(row.streamed for row in rows),
        validated=first.validated,
        why=first.why,
    )


def _restores(row: Row) -> bool:
    return not isinstance(row.format, JsonFormat) or row.format.answers


def markdown(found: Iterable[Entry]) -> str:
    """Return tables of Markdown, one for each provider."""
    lines: list[str] = []
    provider = ""
    for entry in found:
        if entry.provider != provider:
            provider = entry.provider
            hosts = ", ".join(f"`{host}`" for host in entry.hosts)
            lines += ["", f"### {provider}", "", hosts, "", *_HEAD]
        paths = "<br>".join(f"`{path}`" for path in entry.paths[:SHOWN])
        if (more := len(entry.paths) - SHOWN) > 0:
            paths += f"<br>and {more} more"
        marks = [_mark(flag) for flag in (entry.masked, entry.restored, entry.streamed)]
        cells = [entry.surface, paths, *marks, _note(entry)]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines).strip() + "\n"


_HEAD = (
    "| surface | requests | masked | restored | streamed | how it was checked, or why not |",
    "|---|---|---|---|---|---|",
)


def _mark(flag: bool) -> str:
    return "yes" if flag else "–"


def _note(entry: Entry) -> str:
    note = entry.why or entry.validated
    return {Treatment.REFUSE: f"**refused**: {note}", Treatment.PASS: f"passes: {note}"}.get(entry.treatment, note)
