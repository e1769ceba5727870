"""How much work a file may make: archives inside archives, members, bytes after expansion. Sans-IO.

The core reads no clock, so time is bounded by what is bounded here: every reader's work is proportional to the
bytes that it was allowed to expand.
"""

from dataclasses import dataclass

from maskwire.errors import BlockedError, Reason


@dataclass(frozen=True, slots=True)
class Limits:
    """What one uploaded file may hold. All are counted over everything inside it."""

    members: int = 4_096
    """Members of archives. A presentation of 300 slides has about 1,500."""
    expanded_bytes: int = 128 * 1024 * 1024
    """Bytes after decompression: four times the largest body that the proxy reads."""
    ratio: int = 200
    """Expanded bytes for one packed byte. Sheets reach 50; the deflate format ends near 1,032."""
    ratio_from_bytes: int = 1024 * 1024
    """Expanded bytes from which the ratio counts: small members of blanks are common and harmless."""
    depth: int = 3
    """Archives inside archives: a zip of Office files that embed Office files."""
    cells: int = 500_000
    """Cells of tables, and texts of Office files: each becomes a field of its own, 200 MB together."""
    operations: int = 2_000_000
    """Operators in the content streams of a PDF: a text page has about 2,000."""


class Budget:
    """What is left of the limits while one file is read."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._members = limits.members
        self._bytes = limits.expanded_bytes
        self._cells = limits.cells
        self._operations = limits.operations

    @property
    def bytes_left(self) -> int:
        """Bytes that may still be expanded."""
        return self._bytes

    def enter(self, depth: int) -> None:
        """Count one level of nesting.

        Raises:
            BlockedError: it is one too many; the same for all counters below.
        """
        if depth >= self.limits.depth:
            raise too_large(f"archives are nested more than {self.limits.depth} levels deep")

    def member(self) -> None:
        """Count one member of an archive."""
        self._members -= 1
        if self._members < 0:
            raise too_large(f"it holds more than {self.limits.members} members")

    def expand(self, size: int, packed: int) -> None:
        """Count ``size`` bytes that ``packed`` bytes expand to."""
        self._bytes -= size
        if self._bytes < 0:
            raise too_large(f"it expands to more than {self.limits.expanded_bytes} bytes")
        if size > self.limits.ratio_from_bytes and size > packed * self.limits.ratio:
            raise too_large(f"a member expands to more than {self.limits.ratio} times its size")

    def cell(self, count: int = 1) -> None:
        """Count ``count`` cells or texts."""
        self._cells -= count
        if self._cells < 0:
            raise too_large(f"it holds more than {self.limits.cells} texts")

    def operation(self) -> None:
        """Count one operator of a content stream."""
        self._operations -= 1
        if self._operations < 0:
            raise too_large(f"its pages hold more than {self.limits.operations} operators")


def too_large(problem: str) -> BlockedError:
    """Return the refusal of a file that passes a limit."""
    return BlockedError(
        Reason.BODY_TOO_LARGE, f"the file is too large to be searched: {problem}; send it in smaller pieces"
    )


def unsupported(problem: str, remedy: str) -> BlockedError:
    """Return the refusal of a file that cannot be read or edited."""
    return BlockedError(Reason.CONTENT_UNSUPPORTED, f"the file cannot be masked: {problem}; {remedy}")
