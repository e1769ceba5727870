"""Zip archives, member by member, so that members that do not change keep their very bytes. Sans-IO.

Only archives without hidden places are read: members one after the other from the first byte, the directory
behind them, nothing else. What stands outside of members could hold an older copy of a text that was masked.
Source: https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
"""

import struct
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from maskwire.wire.attachments.limits import Budget, unsupported

MAGIC = b"PK\x03\x04"

_LOCAL = struct.Struct("<4s5H3L2H")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_END = struct.Struct("<4s4H2LH")
_CENTRAL_MAGIC, _END_MAGIC, _DESCRIPTOR_MAGIC = b"PK\x01\x02", b"PK\x05\x06", b"PK\x07\x08"
_STORED, _DEFLATED = 0, 8
_ENCRYPTED, _DESCRIPTOR, _UTF8 = 0x1, 0x8, 0x800
_ZIP64_EXTRA, _UNICODE_PATH_EXTRA = 0x0001, 0x7075
_REMEDY = "pack it again with another program"


@dataclass(frozen=True, slots=True)
class Member:
    """One member. ``head`` are the fields of its directory entry; ``start`` to ``end`` is all it takes of the file.

    ``data`` is where its packed content stands.
    """

    name: str = field(repr=False)
    head: tuple[int, ...] = field(repr=False)
    raw_name: bytes = field(repr=False)
    extra: bytes = field(repr=False)
    start: int
    end: int
    data: tuple[int, int]

    @property
    def method(self) -> int:
        """How the content is packed."""
        return self.head[3]

    @property
    def size(self) -> int:
        """Bytes of the content when unpacked, as declared."""
        return self.head[8]


@dataclass(frozen=True, slots=True)
class Change:
    """A new content or name of a member; ``None`` keeps the old one."""

    content: bytes | None = field(default=None, repr=False)
    name: str | None = field(default=None, repr=False)


class Archive:
    """An archive that was read. ``members`` are in the order of the directory.

    Raises:
        BlockedError: it is damaged, encrypted, packed in an unusual way, or holds bytes outside its members.
    """

    def __init__(self, body: bytes) -> None:
        self._body = body
        at = len(body) - _END.size
        if at < 0 or not body.startswith(_END_MAGIC, at):
            raise unsupported("the archive has no proper end, or a comment", _REMEDY)
        _, disk, first, here, count, size, start, _ = _END.unpack_from(body, at)
        if disk or first or here != count or start + size != at or count == 0xFFFF:
            raise unsupported("the archive's directory is not where it should be", _REMEDY)
        self._directory = start
        self.members = self._read(start, at, count)

    def _read(self, at: int, end: int, count: int) -> list[Member]:
        entries: list[tuple[tuple[int, ...], bytes, bytes]] = []
        while at < end:
            if at + _CENTRAL.size > end or not self._body.startswith(_CENTRAL_MAGIC, at):
                raise unsupported("the archive's directory is damaged", _REMEDY)
            head = _CENTRAL.unpack_from(self._body, at)[1:]
            name_size, extra_size, comment_size = head[9:12]
            at += _CENTRAL.size
            name = self._body[at : at + name_size]
            extra = self._body[at + name_size : at + name_size + extra_size]
            at += name_size + extra_size
            if comment_size or at > end:
                raise unsupported("a member of the archive has a comment, or a damaged entry", _REMEDY)
            entries.append((head, name, extra))
        starts = sorted(head[15] for head, _, _ in entries)
        ends = dict(zip(starts, [*starts, self._directory][1:], strict=True))
        if not len(entries) == count == len(ends) == len({name for _, name, _ in entries}) or min(
            [*starts, self._directory]
        ):
            raise unsupported("the archive's members are not what its directory says", _REMEDY)
        return [self._member(head, name, extra, ends[head[15]]) for head, name, extra in entries]

    def _member(self, head: tuple[int, ...], name: bytes, extra: bytes, end: int) -> Member:
        flags, method, packed, start = head[2], head[3], head[7], head[15]
        if flags & ~(_DESCRIPTOR | _UTF8 | 0x6):
            raise unsupported("the archive is encrypted or patched", "send it without a password")
        if method not in (_STORED, _DEFLATED):
            raise unsupported("a member is packed in a way that maskwire does not read", _REMEDY)
        if start + _LOCAL.size > end or not self._body.startswith(MAGIC, start):
            raise unsupported("a member of the archive is damaged", _REMEDY)
        local = _LOCAL.unpack_from(self._body, start)
        data = start + _LOCAL.size + local[9] + local[10]
        same = self._body.startswith(name, start + _LOCAL.size) and local[9] == len(name) and local[3] == method
        if not same or data + packed > end or not self._is_tail(data + packed, end, head):
            raise unsupported("a member of the archive is not what its directory says", _REMEDY)
        try:
            decoded = name.decode("utf-8" if flags & _UTF8 else "cp437")
        except UnicodeDecodeError:
            decoded = None
        if decoded is None:
            raise unsupported("a member's name is not UTF-8", _REMEDY)
        return Member(decoded, head, name, extra, start, end, (data, data + packed))

    def _is_tail(self, start: int, end: int, head: tuple[int, ...]) -> bool:
        """Tell whether nothing stands there but a data descriptor that says what the directory says."""
        tail = self._body[start:end]
        if not head[2] & _DESCRIPTOR:
            return not tail
        tail = tail.removeprefix(_DESCRIPTOR_MAGIC) if len(tail) in (16, 24) else tail
        return tail in (struct.pack("<3L", *head[6:9]), struct.pack("<L2Q", *head[6:9]))

    def content(self, member: Member, budget: Budget) -> bytes:
        """Return a member unpacked.

        Raises:
            BlockedError: it is damaged, not of the declared size, or larger than the budget.
        """
        packed = self._body[slice(*member.data)]
        budget.member()
        budget.expand(member.size, len(packed))
        content = packed if member.method == _STORED else _inflate(packed, member.size)
        if content is None or len(content) != member.size or zlib.crc32(content) != member.head[6]:
            raise unsupported("a member of the archive is damaged", _REMEDY)
        return content

    def replace(self, changes: Mapping[str, Change]) -> bytes:
        """Return the archive with the changed members written anew, all others as they were."""
        pieces: dict[str, bytes] = {}
        entries: dict[str, bytes] = {}
        at = 0
        for member in sorted(self.members, key=lambda each: each.start):
            change = changes.get(member.name)
            if change is None:
                piece = self._body[member.start : member.end]
                head, name, extra = member.head, member.raw_name, member.extra
            else:
                head, name, extra, piece = self._written(member, change)
            pieces[member.name] = piece
            head = (*head[:9], len(name), len(extra), 0, *head[12:15], at)
            entries[member.name] = _CENTRAL.pack(_CENTRAL_MAGIC, *head) + name + extra
            at += len(piece)
        directory = b"".join(entries[member.name] for member in self.members)
        count = len(self.members)
        end = _END.pack(_END_MAGIC, 0, 0, count, count, len(directory), at, 0)
        return b"".join([*pieces.values(), directory, end])

    def _written(self, member: Member, change: Change) -> tuple[tuple[int, ...], bytes, bytes, bytes]:
        """Return head, name, extra and bytes of a member that changes."""
        head = list(member.head)
        data = self._body[slice(*member.data)]
        if change.content is not None:
            data = _deflate(change.content) if member.method == _DEFLATED else change.content
            head[6:9] = zlib.crc32(change.content), len(data), len(change.content)
        name, extra = member.raw_name, _without(member.extra, _ZIP64_EXTRA)
        if change.name is not None:
            name, extra = change.name.encode("utf-8"), _without(extra, _UNICODE_PATH_EXTRA)
            head[2] |= 0 if name.isascii() else _UTF8
        head[2] &= ~_DESCRIPTOR
        local = _LOCAL.pack(MAGIC, *head[1:9], len(name), len(extra))
        return tuple(head), name, extra, local + name + extra + data


def _inflate(packed: bytes, size: int) -> bytes | None:
    """Return at most ``size`` bytes unpacked, ``None`` when it is more or something follows."""
    reader = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        content = reader.decompress(packed, size + 1)
    except zlib.error:
        return None
    return content if reader.eof and not reader.unused_data and len(content) <= size else None


def _deflate(content: bytes) -> bytes:
    writer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return writer.compress(content) + writer.flush()


def _without(extra: bytes, kind: int) -> bytes:
    """Return extra fields without those of ``kind``."""
    kept: list[bytes] = []
    at = 0
    while at + 4 <= len(extra):
        tag, size = struct.unpack_from("<HH", extra, at)
        if tag != kind:
            kept.append(extra[at : at + 4 + size])
        at += 4 + size
    return b"".join(kept)
