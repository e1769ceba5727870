"""A file as it is handed to the readers of its type. Sans-IO."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from maskwire.wire.attachments.limits import Budget, Limits
from maskwire.wire.attachments.structured import LineReader, anything
from maskwire.wire.document import Document


@dataclass(frozen=True, slots=True)
class File:
    """A file with its name and media type, either of which may be ``""``."""

    name: str = field(repr=False)
    kind: str
    content: bytes = field(repr=False)

    @property
    def suffix(self) -> str:
        """The ending of the name with its dot, in lower case; ``""`` without one."""
        return "." + self.name.rpartition(".")[2].lower() if "." in self.name else ""

    @property
    def media_type(self) -> str:
        """The media type without parameters, in lower case."""
        return self.kind.partition(";")[0].strip().lower()


@dataclass(frozen=True, slots=True)
class Reading:
    """How files are read.

    ``line`` gives the texts of a JSON line. ``allow_media`` lets images and sound pass unread. ``budget`` is
    shared by all that is inside one upload, ``depth`` counts the archives around a file. ``path`` is where the
    file stands, for the journal.
    """

    line: LineReader = anything
    allow_media: bool = False
    budget: Budget = field(default_factory=lambda: Budget(Limits()), compare=False)
    depth: int = 0
    path: str = "$file"

    def inside(self, kind: str) -> "Reading":
        """Return how the members of an archive of this kind are read.

        Raises:
            BlockedError: they are nested too deep.
        """
        self.budget.enter(self.depth)
        return replace(self, depth=self.depth + 1, path=f"{self.path}.{kind}")


Opener = Callable[[File, Reading], Document]
"""Reads a file of any type."""
