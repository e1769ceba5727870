"""The journal as a file that proves itself: JSON lines, between two signed marks. Sans-IO.

The first line signs which row the rows follow, the last one which row they end with, and each row carries its link
of the chain. Whoever holds the journal's key can tell that no line is missing, changed or out of order.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields
from typing import Any, Final

from maskwire.errors import MaskwireError
from maskwire.exchange import Exchange, Outcome
from maskwire_daemon.store import chained
from maskwire_daemon.store.chain import MARK_BYTES, Chain, Link, Verdict, unpack
from maskwire_daemon.store.exchange_rows import LATER, Cell, canonical, from_cells, to_cells

BEGIN: Final = b"export-begin"
END: Final = b"export-end"

_BEGIN_KEY: Final = "maskwire_export_begin"
_END_KEY: Final = "maskwire_export_end"


class NotAnExport(MaskwireError):
    """What was given to be checked is no export of this vault's journal, or not a whole one."""


def exported(chain: Chain, before: Link, rows: Iterable[tuple[Link, list[Cell]]]) -> Iterator[str]:
    """Yield the lines of an export of ``rows``, oldest first, that follow ``before``; each ends with a newline."""
    yield _line({_BEGIN_KEY: chain.pack(BEGIN, before).hex()})
    last = before
    for link, cells in rows:
        last = link
        yield _line({"id": link.id, **as_json(from_cells(cells)), "key": link.key.hex(), "mac": link.mac.hex()})
    yield _line({_END_KEY: chain.pack(END, last).hex()})


def as_json(exchange: Exchange) -> dict[str, Any]:
    """Return ``exchange`` as JSON takes it."""
    row = {field.name: getattr(exchange, field.name) for field in fields(exchange)}
    return {name: dict(held) if isinstance(held, Mapping) else held for name, held in row.items()}


def verified(chain: Chain, lines: Iterable[str]) -> Verdict:
    """Check an export with the chain of the journal that it was taken from.

    Raises:
        NotAnExport: it is no export of a journal, or it was cut off.
    """
    found = [_read(line) for line in lines if line.strip()]
    if len(found) < 2 or _BEGIN_KEY not in found[0] or _END_KEY not in found[-1]:
        raise NotAnExport("this is no whole export of the journal: its first or its last line is missing")
    begin, end = _mark(found[0], _BEGIN_KEY), _mark(found[-1], _END_KEY)
    if chain.signed_elsewhere(begin):
        raise NotAnExport("this was exported from another vault: only that one can verify it")
    if not chain.signed(BEGIN, begin):
        return Verdict(0, 0, unpack(begin).id + 1, "the mark of where the export begins was changed")
    if not chain.signed(END, end):
        return Verdict(0, 0, unpack(end).id, "the mark of where the export ends was changed")
    anchor, head = chain.pack(chained.BEGINNING, unpack(begin)), chain.pack(chained.END, unpack(end))
    return chain.verify(anchor, head, map(_row, found[1:-1]))


def _line(content: Mapping[str, Any]) -> str:
    return json.dumps(content, separators=(",", ":")) + "\n"


def _read(line: str) -> dict[str, Any]:
    try:
        found = json.loads(line)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise NotAnExport("this is no export of the journal: not each of its lines is a JSON object")
    return found


def _mark(found: Mapping[str, Any], name: str) -> bytes:
    mark = _bytes(found[name])
    if len(mark) != MARK_BYTES:
        raise NotAnExport(f"this is no export of the journal: {name} is not a mark")
    return mark


def _row(found: dict[str, Any]) -> tuple[Link, bytes]:
    """Return one line as its link and the bytes that the link covers; what cannot be read verifies as changed."""
    try:
        row_id, key, mac = int(found.pop("id")), _bytes(found.pop("key")), _bytes(found.pop("mac"))
        exchange = Exchange(**found | {"outcome": Outcome(found["outcome"]), "paths": tuple(found["paths"])})
        return Link(row_id, key, mac), canonical(row_id, to_cells(exchange), LATER)
    except (KeyError, TypeError, ValueError, AttributeError):
        return Link(-1, b"", b""), b""


def _bytes(written: object) -> bytes:
    try:
        return bytes.fromhex(str(written))
    except ValueError:
        return b""
