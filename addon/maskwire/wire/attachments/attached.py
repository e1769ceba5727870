"""JSON bodies that carry files in base64: the files' own texts are fields of the body. Sans-IO."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from maskwire.errors import BlockedError
from maskwire.wire.attachments.encoded import open_encoded
from maskwire.wire.attachments.file import Reading
from maskwire.wire.attachments.limits import unsupported
from maskwire.wire.document import Document, Edit, Field
from maskwire.wire.documents import JsonDocument
from maskwire.wire.jsonspan import Node
from maskwire.wire.walk import Leaf

_TYPES = ("media_type", "mimeType", "mime_type", "fileMimeType", "format")
_NAMES = ("filename", "fileName", "file_name", "title", "displayName", "name")


class AttachedDocument:
    """A JSON body whose last leaves are ``files``: strings of base64, each of which stands for its texts.

    Raises:
        BlockedError: a file cannot be read or edited.
    """

    def __init__(self, document: JsonDocument, files: Sequence[Leaf], reading: Reading) -> None:
        self.root = document.root
        self._document = document
        first = len(document.fields) - len(files)
        self._fields = list(document.fields[:first])
        self._files: list[tuple[int, int, Document]] = []
        for index, leaf in enumerate(files, first):
            file = _opened(document.root, leaf, reading)
            self._files.append((index, len(leaf.node.text), file))
            self._fields += [replace(each, fresh=document.fields[index].fresh) for each in file.fields]

    @property
    def fields(self) -> Sequence[Field]:
        """The texts of the body, then those of its files."""
        return self._fields

    def splice(self, edits: Mapping[int, Sequence[Edit]]) -> bytes:
        """Return the body with edits applied in its literals and, encoded again, in its files."""
        at = len(self._document.fields) - len(self._files)
        whole = {index: wanted for index, wanted in edits.items() if index < at}
        for index, size, file in self._files:
            count = len(file.fields)
            mine = {place - at: edits[place] for place in range(at, at + count) if edits.get(place)}
            at += count
            if mine:
                whole[index] = [Edit(0, size, file.splice(mine).decode("ascii"))]
        return self._document.splice(whole)


def _opened(root: Node, leaf: Leaf, reading: Reading) -> Document:
    if leaf.source.outer is not None:
        raise unsupported("it stands in JSON inside a string", "send it as a file of its own")
    around = _around(root, leaf.node)
    kind = next((found for node in around for key in _TYPES if (found := node.string(key))), "")
    name = next((found for node in around for key in _NAMES if (found := node.string(key))), "")
    path = leaf.context.path
    try:
        return open_encoded(kind, leaf.node.text, name, replace(reading, path=path))
    except BlockedError as refused:
        raise BlockedError(refused.reason, str(refused).replace("the file", f"the file at {path}", 1)) from None


def _around(root: Node, leaf: Node) -> list[Node]:
    """Return the object that holds a leaf, and the one around that, if any."""
    chain: list[Node] = []
    node: Node | None = root
    while node is not None and node is not leaf:
        chain.append(node)
        below = [*(value for _, value in node.members), *node.items]
        node = next((each for each in below if each.start <= leaf.start < each.end), None)
    return [each for each in reversed(chain) if each.members][:2]
