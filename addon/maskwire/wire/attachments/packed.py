"""Zip archives of files: the files' own texts, and their names. Sans-IO."""

from maskwire.wire.attachments.archive import Archive
from maskwire.wire.attachments.charset import Text
from maskwire.wire.attachments.file import File, Opener, Reading
from maskwire.wire.attachments.members import ArchiveDocument, Entry
from maskwire.wire.attachments.sourced import plain


def read_packed(body: bytes, archive: Archive, reading: Reading, opener: Opener) -> ArchiveDocument:
    """Return the texts of a zip archive: of each member its name and its content.

    Raises:
        BlockedError: a member cannot be read, or a limit is passed.
    """
    inside = reading.inside("zip")
    entries: list[Entry] = []
    for member in archive.members:
        name = plain(member.name.encode("utf-8"), Text(member.name), f"{inside.path}.filename")
        entries.append(Entry(member.name, name, is_name=True))
        content = archive.content(member, inside.budget)
        if content:
            entries.append(Entry(member.name, opener(File(member.name, "", content), inside)))
    return ArchiveDocument(body, archive, entries)
