"""What the audit log keeps of one deed. Sans-IO."""

from dataclasses import dataclass, fields
from typing import Final


@dataclass(frozen=True, slots=True)
class Act:
    """One deed: when (Unix time, seconds), by whom, what, to what, and how it ended (as an HTTP status).

    ``actor`` is a role or the name of an API token, ``deed`` a word such as ``reveal``, ``subject`` the host,
    setting or type that it was about, and never a value. ``times`` is how many of the kind it stands for, the last of
    them ``at``.
    """

    at: float
    actor: str
    deed: str
    subject: str = ""
    status: int = 200
    times: int = 1


COLUMNS: Final = tuple(field.name for field in fields(Act))
"""The columns that hold an act, in the order of its fields."""
