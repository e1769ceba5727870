"""What a check looks at, what it finds, and how that is mended. Sans-IO."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from maskwire_client import Status
from maskwire_daemon.config.settings import Config
from maskwire_daemon.paths import Paths


class Verdict(StrEnum):
    """How one check ended."""

    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Finding:
    """One check: what was found, and what to do about it unless all is well.

    ``mend`` does that, where a program can, and returns a sentence about what it did.
    """

    check: str
    verdict: Verdict
    found: str
    remedy: str = ""
    mend: Callable[[], str] | None = field(default=None, repr=False, compare=False)

    def as_json(self) -> dict[str, object]:
        """Return it as the command prints it."""
        return {
            "check": self.check,
            "verdict": self.verdict,
            "found": self.found,
            "remedy": self.remedy,
            "fixable": self.mend is not None,
        }


@dataclass(frozen=True, slots=True)
class Patient:
    """What is looked at. ``status`` is missing when no daemon runs."""

    paths: Paths
    environ: Mapping[str, str]
    config: Config
    status: Status | None
    problem: str = ""
    """Why the daemon could not be asked."""
