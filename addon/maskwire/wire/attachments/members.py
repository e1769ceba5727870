"""A document made of the members of an archive. Sans-IO."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from maskwire.errors import BlockedError
from maskwire.wire.attachments.archive import Archive, Change
from maskwire.wire.attachments.blank import blank
from maskwire.wire.attachments.limits import unsupported
from maskwire.wire.document import Document, Edit, Field


@dataclass(frozen=True, slots=True)
class Entry:
    """A member's content as a document, or its name when ``is_name``."""

    member: str = field(repr=False)
    document: Document = field(repr=False)
    is_name: bool = False


class ArchiveDocument:
    """The fields of all members, in order. ``previews`` are members that show the content as a picture."""

    def __init__(self, body: bytes, archive: Archive, entries: Sequence[Entry], previews: Sequence[str] = ()) -> None:
        self._body = body
        self._archive = archive
        self._entries = entries
        self._previews = previews
        self._fields = [each for entry in entries for each in entry.document.fields]

    @property
    def fields(self) -> Sequence[Field]:
        """The texts that may hold values."""
        return self._fields

    def splice(self, edits: Mapping[int, Sequence[Edit]]) -> bytes:
        """Return the archive with edits applied in their members; the same object when there are none.

        Raises:
            BlockedError: two members would have the same name.
        """
        if not any(edits.values()):
            return self._body
        contents: dict[str, bytes] = {member: blank(member) for member in self._previews}
        names: dict[str, str] = {}
        first = 0
        for entry in self._entries:
            count = len(entry.document.fields)
            mine = {index - first: edits[index] for index in range(first, first + count) if edits.get(index)}
            first += count
            if mine and entry.is_name:
                names[entry.member] = entry.document.splice(mine).decode("utf-8")
            elif mine:
                contents[entry.member] = entry.document.splice(mine)
        kept = {member.name for member in self._archive.members} - names.keys()
        if len(kept.union(names.values())) != len(self._archive.members):
            raise _same_names()
        changed = contents.keys() | names.keys()
        return self._archive.replace({each: Change(contents.get(each), names.get(each)) for each in changed})


def _same_names() -> BlockedError:
    return unsupported("two members of the archive would have the same name when masked", "rename one of them")
