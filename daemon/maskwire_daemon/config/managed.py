"""Settings that an organisation fixes for its machines: one file that only an administrator can write. IO: that file.

It has the schema of ``config.toml``, and what it says holds over what the person's file says. No variable, option or
home changes where it is. Where one setting can be undone by another (a host's mode by a program's, an entity's action
by a host's), the person's other one does not hold either. The organisation's own words are added to the person's,
since more of them only protects more; every other list is taken from the organisation whole.
"""

import stat
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from maskwire.errors import ConfigError
from maskwire.policy import best

type Key = tuple[str, ...]
"""The tables and the name of one setting."""

type Table = Mapping[str, Any]
"""A table as TOML has it."""

JOINED: Final = frozenset({("words", "terms"), ("words", "patterns")})
"""Lists to which the person's entries are added."""


def policy_file(platform: str = sys.platform) -> Path:
    """Return where this machine's policy is, whatever the environment says."""
    if platform == "win32":
        return _program_data() / "maskwire" / "policy.toml"
    if platform == "darwin":
        return Path("/Library/Application Support/maskwire/policy.toml")
    return Path("/etc/maskwire/policy.toml")


def _program_data() -> Path:
    """Return the folder that %ProgramData% names, asked of the system: a person can set that variable."""
    if sys.platform != "win32":
        return Path("C:/ProgramData")
    import ctypes

    common_app_data, found = 0x23, ctypes.create_unicode_buffer(260)
    ctypes.windll.shell32.SHGetFolderPathW(None, common_app_data, None, 0, found)
    return Path(found.value or "C:/ProgramData")


POLICY_FILE = policy_file()
"""The policy of this machine."""


def policy_text() -> str | None:
    """Return what the policy file says, ``None`` where there is none.

    Raises:
        ConfigError: it cannot be read, or others than its owner can write it, so that it may be anybody's.
    """
    file = POLICY_FILE
    try:
        real = file.resolve(strict=True)
        if sys.platform != "win32":
            for place in (real, real.parent):
                if place.stat().st_mode & (stat.S_IWGRP | stat.S_IWOTH):
                    raise ConfigError(f"may be changed by anybody: run `chmod go-w '{place}'` as root", file=file)
        return file.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    except OSError as e:
        raise ConfigError(f"cannot be read: {e.strerror}", file=file) from e
    except UnicodeDecodeError as e:
        raise ConfigError("is not UTF-8 text", file=file) from e


@dataclass(frozen=True, slots=True)
class Managed:
    """What one policy fixes; ``settings`` are valid and hold hosts in lower case."""

    settings: Table

    @classmethod
    def of(cls, settings: Table) -> "Managed":
        """Return what a policy with these settings fixes; a table without settings fixes nothing."""
        return cls(_tables((key, value) for key, value in leaves(_lowered(settings)) if value != {}))

    @property
    def names(self) -> tuple[str, ...]:
        """The dotted names of the settings that the policy holds."""
        return tuple(".".join(key) for key, _ in leaves(self.settings))

    def governs(self, key: Key) -> bool:
        """Tell whether the person's setting ``key`` does not hold."""
        return any(_governs(fixed, _lowered_key(key)) for fixed, _ in leaves(self.settings) if fixed not in JOINED)

    def over(self, own: Table) -> dict[str, Any]:
        """Return the person's settings with the policy's over them.

        Of the entries for a host only the most specific one counts, so the person's own takes on what the policy says
        about hosts like it.
        """
        own = _lowered(own)
        kept = _tables((key, value) for key, value in leaves(own) if not self.governs(key))
        for key in _entries(own):
            for rest, value in leaves(best(_at(self.settings, key[:-1]) or {}, key[-1]) or {}):
                _put(kept, (*key, *rest), value)
        for key, value in leaves(self.settings):
            _put(kept, key, [*value, *(v for v in _at(kept, key) or () if v not in value)] if key in JOINED else value)
        return kept


def changes(before: Table, after: Table) -> list[Key]:
    """Return the settings that differ between two texts' tables."""
    old, new = dict(leaves(before)), dict(leaves(after))
    return [key for key in dict.fromkeys([*old, *new]) if old.get(key) != new.get(key)]


def leaves(table: Table, above: Key = ()) -> Iterator[tuple[Key, Any]]:
    """Yield every setting of a table and of the tables in it, with its value; a table without any is one itself."""
    for name, value in table.items():
        if isinstance(value, Mapping) and value:
            yield from leaves(value, (*above, name))
        else:
            yield (*above, name), value


def _governs(fixed: Key, key: Key) -> bool:
    """Tell whether a policy's setting ``fixed`` stands above the person's ``key``; hosts are in lower case."""
    if fixed == key[: len(fixed)] or key == fixed[: len(key)]:
        return True
    match fixed, key:
        case ("hosts", wide, *rest), ("hosts", narrow, *own):
            return rest == own and _covers(wide, narrow)
        case ("hosts", one, *rest), ("programs", _, other, *own):
            return rest == own and (_covers(one, other) or _covers(other, one))
        case ("programs", program, one, *rest), ("programs", same, other, *own):
            return program == same and rest == own and _covers(one, other)
        case ("entities", entity, "action"), ("hosts", _, "actions", same) | ("programs", _, _, "actions", same):
            return entity == same
        case ("detection", "threshold"), ("entities", _, "threshold"):
            return True
    return False


def _covers(wide: str, narrow: str) -> bool:
    """Tell whether every host that ``narrow`` stands for is one that ``wide`` stands for."""
    return best({wide: True}, narrow) is not None


def _entries(own: Table) -> Iterator[Key]:
    """Yield the key of each table that stands for hosts."""
    yield from (("hosts", host) for host in own.get("hosts", {}))
    for program, hosts in own.get("programs", {}).items():
        yield from (("programs", program, host) for host in hosts)


def _lowered(table: Table) -> dict[str, Any]:
    """Return the settings with the names of hosts and programs in lower case: they mean the same."""
    return _tables((_lowered_key(key), value) for key, value in leaves(table))


def _lowered_key(key: Key) -> Key:
    named = {"hosts": 2, "programs": 3}.get(key[0], 0) if key else 0
    return (*(part.lower() for part in key[:named]), *key[named:])


def _tables(settings: Iterable[tuple[Key, Any]]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for key, value in settings:
        _put(made, key, value)
    return made


def _put(table: dict[str, Any], key: Key, value: Any) -> None:
    for name in key[:-1]:
        table = table.setdefault(name, {})
    if value == {}:
        table.setdefault(key[-1], {})
    else:
        table[key[-1]] = value


def _at(table: Table, key: Key) -> Any:
    found: Any = table
    for name in key:
        if not isinstance(found, Mapping):
            return None
        found = found.get(name)
    return found
