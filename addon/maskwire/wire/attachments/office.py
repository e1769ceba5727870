"""Word, Excel and PowerPoint files: their XML members as one document. Sans-IO.

Source: https://ecma-international.org/publications-and-standards/standards/ecma-376/
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from maskwire.wire.attachments.archive import Archive, Member
from maskwire.wire.attachments.blank import PREVIEWS
from maskwire.wire.attachments.charset import Text, decode
from maskwire.wire.attachments.file import File, Opener, Reading
from maskwire.wire.attachments.limits import unsupported
from maskwire.wire.attachments.members import ArchiveDocument, Entry
from maskwire.wire.attachments.office_part import PartReader
from maskwire.wire.attachments.renaming import SheetDocument
from maskwire.wire.attachments.sheet import Sheet
from maskwire.wire.attachments.sourced import SourcedDocument

MARK = "[Content_Types].xml"
"""The member that every Office file has."""

_KINDS = (("word/", "docx"), ("xl/", "xlsx"), ("ppt/", "pptx"))
_XML = (".xml", ".rels", ".vml")
_PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".bmp", ".tif", ".tiff", ".emf", ".wmf", ".svg", ".wdp", ".webp", ".ico")
_SOUND = (".mp3", ".m4a", ".wav", ".mp4", ".m4v", ".mov", ".wmv", ".avi", ".wma")
_EMBEDDED = (".docx", ".xlsx", ".pptx", ".txt", ".csv")
_TEXTLESS = (".odttf", ".fntdata", ".ttf")
"""Embedded fonts: glyphs without any text."""

_PRINTER = re.compile(r".*/printersettings/printersettings\d*\.bin", re.IGNORECASE)
"""Settings of the printer that was last used: paper, trays, and the name of the device."""

_SHEET = re.compile(r"xl/(?:worksheets|macrosheets)/[^/]+\.xml", re.IGNORECASE)
_STRINGS = "xl/sharedstrings.xml"
_ENCODING = re.compile(rb"<\?xml[^>]{0,80}?encoding\s*=\s*[\"']([\w.-]+)")


def kind_of(archive: Archive) -> str:
    """Return ``docx``, ``xlsx`` or ``pptx``; another file of the same make is ``office``, and a plain zip ``""``."""
    names = [member.name for member in archive.members]
    if MARK not in names:
        return ""
    return next((kind for folder, kind in _KINDS if any(name.startswith(folder) for name in names)), "office")


@dataclass(frozen=True, slots=True)
class _Part:
    content: bytes
    text: Text
    reader: PartReader

    def document(self, labels: Mapping[int, str]) -> SourcedDocument:
        """Return the part's texts; ``labels`` are those of shared strings."""
        return SourcedDocument(self.content, self.text, self.reader.slots(labels))


class _Package:
    """Reads the members of one Office file."""

    def __init__(self, archive: Archive, reading: Reading, opener: Opener) -> None:
        self._archive = archive
        self._reading = reading
        self._opener = opener
        self._labels: dict[int, str] = {}
        self.previews: list[str] = []

    def entries(self) -> list[Entry]:
        members = self._archive.members
        strings = next((each for each in members if each.name.lower() == _STRINGS), None)
        shared = self._xml(strings) if strings is not None else None
        entries = [self._entry(each, shared.reader.items if shared else []) for each in members if each is not strings]
        if strings is not None and shared is not None:
            entries.append(Entry(strings.name, shared.document(self._labels)))
        return [entry for entry in entries if entry is not None and entry.document.fields]

    def _entry(self, member: Member, shared: list[str]) -> Entry | None:
        """Return a member's texts, ``None`` for one that has none.

        Raises:
            BlockedError: it cannot be read.
        """
        name = member.name.lower()
        if name.endswith(_XML) or name == MARK.lower():
            sheet = Sheet(shared) if _SHEET.fullmatch(name) else None
            part = self._xml(member, sheet)
            if sheet is not None:
                self._labels = {**sheet.shared_labels, **self._labels}
            return Entry(member.name, part.document({}))
        if name.endswith(_EMBEDDED):
            content = self._archive.content(member, self._reading.budget)
            return Entry(member.name, self._opener(File(name, "", content), self._reading))
        self._passes(name)
        return None

    def _passes(self, name: str) -> None:
        if name in PREVIEWS:
            self.previews.append(name)
        elif name.endswith((*_PICTURES, *_SOUND)):
            if not self._reading.allow_media:
                raise unsupported(
                    "it holds a picture or sound, which cannot be searched",
                    "take it out, or allow media for this host to send it as it is",
                )
        elif not (name.endswith(("/", *_TEXTLESS)) or _PRINTER.fullmatch(name)):
            raise unsupported(
                "it holds a part that maskwire cannot read (a macro, control or embedded object)",
                "save it without that",
            )

    def _xml(self, member: Member, sheet: Sheet | None = None) -> "_Part":
        content = self._archive.content(member, self._reading.budget)
        declared = _ENCODING.match(content.lstrip(b"\xef\xbb\xbf"))
        text = decode(content, f"charset={declared[1].decode()}" if declared is not None else "")
        return _Part(content, text, PartReader(text.text, self._reading.path, self._reading.budget, sheet))


def read_office(body: bytes, archive: Archive, reading: Reading, opener: Opener) -> SheetDocument:
    """Return the texts of an Office file.

    Raises:
        BlockedError: it holds pictures, macros or other parts that cannot be read, or passes a limit.
    """
    package = _Package(archive, reading.inside(kind_of(archive)), opener)
    entries = package.entries()
    previews = [each.name for each in archive.members if each.name.lower() in package.previews]
    return SheetDocument(ArchiveDocument(body, archive, entries, previews))
