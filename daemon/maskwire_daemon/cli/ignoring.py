"""Which files ``.gitignore`` leaves out. Sans-IO: the texts of the files are given.

Source: https://git-scm.com/docs/gitignore#_pattern_format
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath


@dataclass(frozen=True, slots=True)
class Rule:
    """One line: what it matches below its folder, and whether it takes back what an earlier line left out."""

    pattern: re.Pattern[str]
    negated: bool
    folders_only: bool


@dataclass(frozen=True, slots=True)
class Ignoring:
    """The lines of one ``.gitignore``, for paths below its folder."""

    folder: PurePosixPath
    rules: tuple[Rule, ...]

    @classmethod
    def of(cls, folder: PurePosixPath, text: str) -> "Ignoring":
        """Read the text of the file in ``folder``."""
        rules = (_rule(line) for line in text.splitlines())
        return cls(folder, tuple(rule for rule in rules if rule is not None))

    def decide(self, path: PurePosixPath, *, is_folder: bool) -> bool | None:
        """Tell whether ``path`` is left out, or None when no line says anything about it; the last line wins."""
        inner = path.relative_to(self.folder).as_posix()
        for rule in reversed(self.rules):
            if (is_folder or not rule.folders_only) and rule.pattern.fullmatch(inner):
                return not rule.negated
        return None


def ignored(path: PurePosixPath, files: Sequence[Ignoring], *, is_folder: bool) -> bool:
    """Tell whether ``files``, the outermost first, leave ``path`` out; the innermost that says anything wins."""
    for file in reversed(files):
        if (answer := file.decide(path, is_folder=is_folder)) is not None:
            return answer
    return False


def _rule(line: str) -> Rule | None:
    line = re.sub(r"(?<!\\) +$", "", line.rstrip("\r"))
    if not line or line.startswith("#"):
        return None
    negated = line.startswith("!")
    line = line[1:] if negated else line
    folders_only = line.endswith("/")
    line = line.rstrip("/")
    if not line:
        return None
    anchored = "/" in line
    try:
        body = re.compile(("" if anchored else "(?:.*/)?") + _translated(line.removeprefix("/")))
    except re.error:
        return None
    return Rule(body, negated, folders_only)


_PIECE = re.compile(r"\*\*/|/\*\*$|\*+|\?|\[!?\]?[^\]]*\]|\\.|.", re.DOTALL)


def _translated(glob: str) -> str:
    """Return a glob as a regular expression."""
    return "".join(_piece(found[0]) for found in _PIECE.finditer(glob))


def _piece(piece: str) -> str:
    match piece:
        case "**/":
            return "(?:.*/)?"
        case "/**":
            return "/.+"
        case "?":
            return "[^/]"
        case _ if piece.startswith("*"):
            return "[^/]*"
        case _ if piece.startswith("[") and len(piece) > 1:
            inner = piece[1:-1].replace("\\", "\\\\").replace("[", "\\[")
            return f"(?!/)[{'^' + inner[1:] if inner.startswith('!') else inner}]"
        case _:
            return re.escape(piece[-1])
