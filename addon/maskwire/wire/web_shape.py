"""What a web application's body must look like before it is masked: nobody documents these formats. Sans-IO.

Every string is masked whether it is known or not; the check is there for bodies that are no longer what the rules
were written for, where text may be packed in a way that no search sees.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from maskwire.errors import BlockedError, Reason
from maskwire.stream.channels import StreamRestorer
from maskwire.stream.channels_web_ops import Dialect
from maskwire.stream.channels_web_patch import PatchRestorer
from maskwire.stream.restorer import Restoration
from maskwire.wire.document import Document
from maskwire.wire.documents import JsonDocument
from maskwire.wire.json_format import JsonFormat
from maskwire.wire.jsonspan import Kind, Node
from maskwire.wire.sse import CONTENT_TYPE

VALIDATED = "reverse-engineered"
"""How the web applications' formats are known: from third-party clients, since no vendor documents them."""

TEXT = frozenset({Kind.STRING})
OBJECT = frozenset({Kind.OBJECT})
PART = TEXT | OBJECT
LIST = frozenset({Kind.ARRAY})


@dataclass(frozen=True, slots=True)
class Expected:
    """The members that ``path`` leads to are of one of ``kinds``.

    ``path`` is dotted from the root, with ``[]`` for every element of an array. A member that is missing or null
    is accepted unless it is ``needed``, which is asked of each of its parents.
    """

    path: str
    kinds: frozenset[Kind]
    needed: bool = True


def check(root: Node, shape: tuple[Expected, ...]) -> None:
    """Let ``root`` pass if it looks as expected.

    Raises:
        BlockedError: it does not; the message names the place.
    """
    for expected in shape:
        if not all(_fits(node, expected) for node in _reached(root, expected.path)):
            raise unknown_shape(f"$.{expected.path}")


def unknown_shape(place: str) -> BlockedError:
    """Return the refusal of a body that is not what it was when its format was last looked at."""
    return BlockedError(
        Reason.BODY_NOT_UNDERSTOOD,
        f"the web application's request is not of the shape that maskwire knows, at {place}, so some of its text "
        "may go unseen; install a newer maskwire, or set the host to bypass if you accept that it is not protected",
    )


def _fits(node: Node | None, expected: Expected) -> bool:
    return not expected.needed if node is None else node.kind in expected.kinds


def _reached(root: Node, path: str) -> Iterator[Node | None]:
    """Yield what ``path`` leads to, ``None`` for each parent that lacks it or has null there."""
    found: list[Node | None] = [root]
    for step in path.split("."):
        name = step.removesuffix("[]")
        members = [_member(node, name) for node in found if node is not None]
        found = [item for node in members if node is not None for item in node.items] if name != step else members
    yield from found


def _member(parent: Node, name: str) -> Node | None:
    node = parent.get(name)
    return None if node is not None and node.kind is Kind.LITERAL and node.text == "null" else node


@dataclass(frozen=True, slots=True)
class WebFormat(JsonFormat):
    """A web application's JSON: masked like any other, after its shape was checked.

    With a ``dialect`` its event streams patch a document.
    """

    shape: tuple[Expected, ...] = ()
    dialect: Dialect | None = None

    def parse(self, body: bytes, content_type: str, *, allow_media: bool) -> Document:
        """Return the texts of a request body.

        Raises:
            BlockedError: it is not JSON of the known shape, or holds content that cannot be masked.
        """
        document = JsonFormat.parse(self, body, content_type, allow_media=allow_media)
        if isinstance(document, JsonDocument):
            if document.root.kind is not Kind.OBJECT:
                raise unknown_shape("$")
            check(document.root, self.shape)
        return document

    def stream(self, content_type: str, how: Restoration) -> StreamRestorer:
        """Return a restorer for a response body that arrives in pieces."""
        is_sse = content_type.partition(";")[0].strip().lower() == CONTENT_TYPE
        if self.dialect is not None and is_sse:
            return PatchRestorer(self.dialect, self.response, how)
        return JsonFormat.stream(self, content_type, how)
