"""The texts that ``maskwire scan`` looks at, and a count of what it leaves out. IO: reads files."""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from maskwire_daemon.cli.ignoring import Ignoring, ignored
from maskwire_daemon.cli.terminal import warn

MAX_FILE = 32 * 1024 * 1024
"""Bytes of a file, no more than a text may have characters: larger ones are named and left out."""

SKIPPED = frozenset({".git", ".hg", ".svn", "node_modules", "__pycache__", ".venv", ".mypy_cache", ".ruff_cache"})
"""Folders below a given one that are not entered: others' code and caches."""


@dataclass(slots=True)
class TextFiles:
    """Name and text of each file of ``given`` that can be searched. The counts hold once all were taken."""

    given: Sequence[Path]
    everything: bool = False
    """Whether files that ``.gitignore`` leaves out are looked at too."""
    binary: int = field(default=0, init=False)
    unread: int = field(default=0, init=False)

    def __iter__(self) -> Iterator[tuple[str, str]]:
        """Yield them; what was named by the person and cannot be read is said, the rest is counted."""
        if not self.given:
            yield "standard input", sys.stdin.buffer.read().decode("utf-8", "replace")
        for path in self.given:
            for file in self._below(path) if path.is_dir() else (path,):
                if (text := self._text(file)) is not None:
                    yield str(file), text

    def count(self) -> int:
        """Return how many files there are to look at, binary ones included."""
        return sum(sum(1 for _ in self._below(path)) if path.is_dir() else 1 for path in self.given)

    def _text(self, path: Path) -> str | None:
        try:
            if path.stat().st_size > MAX_FILE:
                self.unread += 1
                warn(f"{path} is larger than {MAX_FILE // 2**20} MB and was not searched")
                return None
            raw = path.read_bytes()
        except OSError as e:
            self.unread += 1
            warn(f"{path} cannot be read: {e.strerror}")
            return None
        if b"\0" in raw[:8192]:
            self.binary += 1
            if path in self.given:
                warn(f"{path} is not text and was not searched")
            return None
        return raw.decode("utf-8", "replace")

    def _below(self, top: Path) -> Iterator[Path]:
        """Yield the files below ``top``, sorted, without those that a ``.gitignore`` from there on leaves out."""
        stack: list[tuple[Path, tuple[Ignoring, ...]]] = [(top, ())]
        while stack:
            folder, files = stack.pop()
            files = self._with_own(folder, files)
            try:
                entries = sorted(folder.iterdir())
            except OSError as e:
                self.unread += 1
                warn(f"{folder} cannot be read: {e.strerror}")
                continue
            inner = []
            for entry in entries:
                is_folder = entry.is_dir()
                if entry.is_symlink() or ignored(PurePosixPath(entry.as_posix()), files, is_folder=is_folder):
                    continue
                if not is_folder:
                    yield entry
                elif entry.name not in SKIPPED:
                    inner.append((entry, files))
            stack += reversed(inner)

    def _with_own(self, folder: Path, files: tuple[Ignoring, ...]) -> tuple[Ignoring, ...]:
        """Return ``files`` with the one of ``folder``, if it has one."""
        if self.everything:
            return files
        try:
            text = (folder / ".gitignore").read_text(encoding="utf-8", errors="replace")
        except OSError:
            return files
        return (*files, Ignoring.of(PurePosixPath(folder.as_posix()), text))
