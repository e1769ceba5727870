"""The person's settings as the dashboard reads and writes them. IO: ``config.toml``, its earlier versions, rule packs.

What is written holds from the next request on; comments and all else in the file stay, and what stood there is kept.
"""

import asyncio
import re
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from maskwire.detect.rule import Rule, load_pack
from maskwire.detect.rules import RuleSet, default_rules
from maskwire.errors import ConfigError
from maskwire.wire.hosts import known_hosts
from maskwire_daemon.config import edit
from maskwire_daemon.config.changes import changed
from maskwire_daemon.config.file import Origin, load, parse
from maskwire_daemon.config.settings import Config
from maskwire_daemon.config.versions import versions
from maskwire_daemon.detection.ownrules import MAX_RULES, own_rules
from maskwire_daemon.live import Live
from maskwire_daemon.paths import PRIVATE_DIR, write_private
from maskwire_daemon.web.rules_presidio import Imported

IMPORTED: Final = "presidio-"
"""How the files of imported packs begin; others are the person's own, and not ours to delete."""

type Changes = Mapping[tuple[str, ...], edit.Value | None]
"""Settings by their tables and key; ``None`` takes one out."""


@dataclass(frozen=True, slots=True)
class Change:
    """One change of the settings. ``version`` names the state before it, ``at`` is Unix time in seconds, ``names``
    are the settings that differed; ``readable`` tells whether that state can be brought back."""

    version: str
    at: float
    names: Sequence[str]
    readable: bool


@dataclass(frozen=True, slots=True)
class Pack:
    """One file of rules."""

    name: str
    rules: int
    imported: bool
    problem: str = ""


class Rulebook:
    """Reads and writes what the person set."""

    def __init__(self, live: Live) -> None:
        self._live = live
        self._file = live.paths.config
        self._folder = live.paths.rules
        self._writing = asyncio.Lock()

    @property
    def config(self) -> Config:
        """The settings that hold now."""
        return self._live.config

    @property
    def file(self) -> Path:
        """Where they stand."""
        return self._file

    def media_leaves(self) -> Mapping[str, float]:
        """Return the hosts to which images and sound pass now, with the seconds that are left."""
        return self._live.media.left_s()

    def give_media(self, host: str, minutes: float) -> None:
        """Let images and sound pass to ``host`` for ``minutes``; 0 ends it.

        Raises:
            ValueError: less, or more than an hour.
        """
        if minutes:
            self._live.media.give(host, minutes)
        else:
            self._live.media.end(host)

    async def own(self) -> Config:
        """Return the settings of the person's file alone, without the words that an organisation adds.

        Those that hold now when the file is wrong.
        """
        return await asyncio.to_thread(_parsed, self._file, self._file) or self.config

    async def change(self, changes: Changes) -> None:
        """Write settings.

        Raises:
            ConfigError: the file is wrong as it stands, or would be; nothing was written.
        """
        await self._written(lambda: edit.edit_settings(self._file, changes, known_hosts()))

    async def put_pattern(self, at: int | None, entry: Mapping[str, str | bool] | None) -> None:
        """Write a pattern at its place, or as the last one; without an entry the one there is taken out.

        Raises:
            ConfigError: as ``change``.
        """
        await self._written(lambda: edit.edit_pattern(self._file, at, entry, known_hosts()))

    async def disallow(self, hashed: str) -> None:
        """Let a value pass no more that is known by its hash.

        Raises:
            ConfigError: as ``change``.
        """
        await self._written(lambda: edit.remove_allowances(self._file, hashed, known_hosts()))

    async def undo(self, version: str) -> None:
        """Bring back an earlier state of the file; the one now is kept too.

        Raises:
            ConfigError: there is no such state, or it is wrong by now.
        """
        await self._written(lambda: edit.undo_to(self._file, version, known_hosts()))

    async def history(self) -> list[Change]:
        """Return the changes that are kept, newest first."""
        return await asyncio.to_thread(_history, self._file)

    async def packs(self) -> list[Pack]:
        """Return the person's rule packs, by their names."""
        return await asyncio.to_thread(_packs, self._folder)

    async def take_pack(self, name: str, imported: Imported) -> None:
        """Keep imported rules as a pack; one of the same name is replaced.

        Raises:
            ConfigError: the rules cannot be used, or not together with those that are there; nothing was written.
        """
        await asyncio.to_thread(_take_pack, self._folder, pack_name(name), imported.pack())

    async def remove_pack(self, name: str) -> None:
        """Delete an imported pack; a name of another file does nothing."""
        if any(pack.name == name and pack.imported for pack in await self.packs()):
            await asyncio.to_thread((self._folder / f"{name}.toml").unlink, missing_ok=True)

    async def _written(self, write: Callable[[], object]) -> None:
        async with self._writing:
            await asyncio.to_thread(write)
            self._live.follow(await asyncio.to_thread(load, self._file, known_hosts()))


def pack_name(name: str) -> str:
    """Return the name of an imported pack's file, without its suffix."""
    return IMPORTED + (re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:40] or "rules")


def _history(file: Path) -> list[Change]:
    kept = versions(file)
    states = [_parsed(each.path, file) for each in kept]
    after = _parsed(file, file)
    found: list[Change] = []
    for version, before in zip(kept, states, strict=True):
        names = changed(before, after) if before is not None and after is not None else ()
        found.append(Change(version.name, version.replaced, names, before is not None))
        after = before
    return found


def _parsed(place: Path, file: Path) -> Config | None:
    """Return what ``place`` says as if it stood in ``file``: the defaults where it is missing, nothing where wrong."""
    try:
        return parse(place.read_text(encoding="utf-8"), Origin(file, known_hosts()))
    except FileNotFoundError:
        return Config()
    except (OSError, UnicodeDecodeError, ConfigError):
        return None


def _packs(folder: Path) -> list[Pack]:
    found: list[Pack] = []
    for file in sorted(folder.glob("*.toml")):
        imported = file.stem.startswith(IMPORTED)
        try:
            found.append(Pack(file.stem, len(load_pack(file)), imported))
        except (ConfigError, OSError, ValueError, AttributeError, TypeError) as e:
            problem = e.problem if isinstance(e, ConfigError) else "cannot be read"
            found.append(Pack(file.stem, 0, imported, problem))
    return found


def _take_pack(folder: Path, name: str, text: str) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        trial = Path(scratch) / f"{name}.toml"
        write_private(trial, text)
        new = load_pack(trial)
    file = folder / f"{name}.toml"
    prefix = f"own.{name}."
    kept = [rule for rule in own_rules(folder) if not rule.id.startswith(prefix)]
    _check_together([*kept, *new])
    folder.mkdir(mode=PRIVATE_DIR, parents=True, exist_ok=True)
    write_private(file, text)


def _check_together(rules: Sequence[Rule]) -> None:
    """Raise ``ConfigError`` if these rules cannot be used beside the shipped ones."""
    if len(rules) > MAX_RULES:
        raise ConfigError(f"these are more than {MAX_RULES} rules of your own", key="rules")
    try:
        RuleSet([*default_rules().rules, *rules])
    except ValueError as e:
        raise ConfigError(f"the rules cannot be used together: {e}", key="rules") from e
