"""The chain over the journal: each row's mac covers the row before it, and both ends are signed. Sans-IO.

A changed, inserted, reordered or missing row breaks the chain at that place; rows cut off at the end are
missed because the *head* (the newest row) is signed too. Rows removed by age or size move the *anchor* (the
newest row that is gone), so what is left still verifies. Restoring an older copy of the whole file is the one
change that no chain inside the file can show.
"""

import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, NamedTuple

from maskwire_daemon.store.sealing import framed

_ID_BYTES: Final = 8
_MAC_BYTES: Final = 32

MARK_BYTES: Final = 3 * _ID_BYTES + 2 * _MAC_BYTES
"""Length of a signed end: id, key and mac of its row, the signing key's name, the signature."""


class Link(NamedTuple):
    """A row as the chain sees it: its id, the name of the key that made its mac, and the mac."""

    id: int
    key: bytes
    mac: bytes


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check of the journal found.

    ``rows`` were read; ``foreign`` of them belong to another key, so only their place could be checked.
    ``first_bad`` is the id of the first row that is missing or does not verify, ``None`` when all is well;
    ``problem`` says what is wrong with it, ``note`` what could not be checked.
    """

    rows: int
    foreign: int
    first_bad: int | None = None
    problem: str = ""
    note: str = ""

    @property
    def ok(self) -> bool:
        """Tell whether nothing is wrong."""
        return self.first_bad is None


class Chain:
    """Makes and checks the macs of one journal key, 32 bytes."""

    __slots__ = ("_key", "key_id")

    def __init__(self, key: bytes) -> None:
        self._key = key
        self.key_id = self._mac(b"key")[:_ID_BYTES]

    def start(self) -> Link:
        """Return what the first row of all follows."""
        return Link(0, self.key_id, bytes(_MAC_BYTES))

    def gap(self, row_id: int) -> Link:
        """Return what a row follows whose predecessor was tampered with: it will never verify."""
        return Link(row_id, self.key_id, b"\xff" * _MAC_BYTES)

    def follow(self, before: Link, row: bytes) -> Link:
        """Return the link of ``row``, which comes after ``before``."""
        return Link(before.id + 1, self.key_id, self._mac(b"row", before.mac, row))

    def pack(self, end: bytes, link: Link) -> bytes:
        """Return ``link`` signed as the ``end`` (``b"head"``, ``b"anchor"``) of the chain."""
        signature = self._mac(end, link.id.to_bytes(_ID_BYTES), link.key, link.mac)
        return link.id.to_bytes(_ID_BYTES) + link.key + link.mac + self.key_id + signature

    def signed(self, end: bytes, packed: bytes) -> bool:
        """Tell whether this key signed ``packed`` as that ``end``."""
        return hmac.compare_digest(packed, self.pack(end, unpack(packed)))

    def signed_elsewhere(self, packed: bytes) -> bool:
        """Tell whether ``packed`` names another key as its signer."""
        return packed[48:56] != self.key_id

    def verify(self, anchor: bytes | None, head: bytes | None, rows: Iterable[tuple[Link, bytes]]) -> Verdict:
        """Check ``rows``, all that there are, oldest first, each as its link and its canonical bytes.

        ``anchor`` and ``head`` are the packed ends, ``None`` where there is none.
        """
        before, note = self.start(), ""
        if anchor is not None:
            before = unpack(anchor)
            if self.signed_elsewhere(anchor):
                note = f"that rows up to {before.id} were removed by age or size was signed by another key"
            elif not self.signed(b"anchor", anchor):
                return Verdict(0, 0, before.id + 1, "the mark of where the journal begins was changed")
        count = foreign = 0
        for link, row in rows:
            count += 1
            if link.id != before.id + 1:
                return Verdict(count, foreign, before.id + 1, "a row is missing here", note)
            if link.key != self.key_id:
                foreign += 1
            elif link != self.follow(before, row):
                return Verdict(count, foreign, link.id, "this row, or the one before it, was changed", note)
            before = link
        if not self.ends_at(head, before):
            return Verdict(count, foreign, before.id + 1, "rows are missing at the end", note)
        return Verdict(count, foreign, note=note)

    def ends_at(self, head: bytes | None, last: Link) -> bool:
        """Tell whether the packed ``head`` stands for ``last``, the newest row (or what rows would follow)."""
        if head is None:
            return last == self.start()
        return unpack(head) == last and (last.key != self.key_id or self.signed(b"head", head))

    def _mac(self, *parts: bytes) -> bytes:
        return hmac.digest(self._key, framed(*parts), "sha256")

    def __repr__(self) -> str:
        return "<Chain>"


def unpack(packed: bytes) -> Link:
    """Return the link in ``packed``, whoever signed it."""
    return Link(int.from_bytes(packed[:8]), packed[8:16], packed[16:48])
