"""Edits ``config.toml`` as the person would: comments, order and all else stay. IO: that one file."""

import tomllib
from collections.abc import Callable, Mapping, MutableMapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from maskwire.errors import ConfigError
from maskwire.policy import Mode
from maskwire_daemon.config import managed, versions
from maskwire_daemon.config.file import Origin, load, load_policy, parse
from maskwire_daemon.paths import PRIVATE_DIR, PRIVATE_FILE, write_private

if TYPE_CHECKING:
    from tomlkit import TOMLDocument


type Value = bool | int | float | str | Sequence[str]
"""What one setting may hold."""

WAIT_S = 10.0
"""Seconds to wait for another edit, which takes milliseconds."""


def edit_settings(file: Path, changes: Mapping[tuple[str, ...], Value | None], known_hosts: Sequence[str]) -> None:
    """Set each setting, named by its tables and key; ``None`` takes it out, and tables that are empty then.

    Raises:
        ConfigError: the file is wrong as it stands, or would be, or a setting is managed; nothing was written.
    """

    def change(document: "TOMLDocument") -> None:
        for path, value in changes.items():
            if value is None:
                _take_out(document, path)
            else:
                _put(document, path, value)

    _edit(file, change, known_hosts)


def edit_mode(file: Path, host: str, mode: Mode, known_hosts: Sequence[str]) -> None:
    """Set ``[hosts."HOST"] mode`` in ``file``; raises as ``edit_settings``."""
    edit_settings(file, {("hosts", host.lower(), "mode"): str(mode)}, known_hosts)


def edit_capture(file: Path, changes: Mapping[str, bool | str | Sequence[str]], known_hosts: Sequence[str]) -> None:
    """Set keys of ``[capture]`` in ``file``; raises as ``edit_settings``."""
    edit_settings(file, {("capture", key): value for key, value in changes.items()}, known_hosts)


def add_allowance(file: Path, allowance: Mapping[str, str], known_hosts: Sequence[str]) -> None:
    """Add a table to ``[[allow.values]]`` in ``file``; one of the same hash and host is replaced.

    ``allowance`` has the keys ``hash``, ``host`` and ``until`` (an ISO day); empty ones are left out.

    Raises:
        ConfigError: the file is wrong as it stands, or the host or day is; nothing was written.
    """
    if (until := allowance["until"]) and not _is_day(until):
        raise ConfigError("is no day of the form 2027-01-31", key="until")

    def change(document: "TOMLDocument") -> None:
        import tomlkit

        entry = tomlkit.table()
        for key, text in allowance.items():
            if text:
                entry[key] = date.fromisoformat(text) if key == "until" else text
        kept = [v for v in _values(document) if (v["hash"], v.get("host", "")) != (entry["hash"], allowance["host"])]
        _write_values(document, [*kept, entry])

    _edit(file, change, known_hosts)


def add_term(file: Path, word: str, known_hosts: Sequence[str]) -> None:
    """Add ``word`` to ``words.terms`` in ``file``; nothing changes when it is there already.

    Raises:
        ConfigError: the file is wrong as it stands; nothing was written.
    """

    def change(document: "TOMLDocument") -> None:
        import tomlkit

        words = document.setdefault("words", tomlkit.table())
        terms = words.setdefault("terms", tomlkit.array())
        if word not in terms:
            terms.append(word)

    _edit(file, change, known_hosts)


def edit_pattern(
    file: Path, at: int | None, entry: Mapping[str, str | bool] | None, known_hosts: Sequence[str]
) -> None:
    """Put a pattern of the person's own at place ``at`` of ``[[words.patterns]]``, or behind the last one.

    Without an ``entry`` the one at ``at`` is taken out. Its keys are those of ``OwnPattern``.

    Raises:
        ConfigError: the file is wrong as it stands, or the pattern is, or there is none at ``at``; nothing was written.
    """

    def change(document: "TOMLDocument") -> None:
        import tomlkit

        words = document.setdefault("words", tomlkit.table(is_super_table=True))
        patterns = words.setdefault("patterns", tomlkit.aot())
        if at is not None and at >= len(patterns):
            raise ConfigError("is not there any more", key=f"words.patterns.{at}")
        if entry is None:
            del patterns[at]
            if not patterns:
                del words["patterns"]
            return
        table = tomlkit.table() if isinstance(patterns, tomlkit.items.AoT) else tomlkit.inline_table()
        table.update(entry)
        if at is None:
            patterns.append(table)
        else:
            patterns[at].clear()
            patterns[at].update(entry)

    _edit(file, change, known_hosts)


def undo_to(file: Path, version: str, known_hosts: Sequence[str]) -> None:
    """Bring back the kept ``version``, by its name; what stands there now is kept as the newest.

    Raises:
        ConfigError: there is no such version, or it is wrong by now; nothing was written.
    """
    found = next((each for each in versions.versions(file) if each.name == version), None)
    if found is None:
        raise ConfigError("this version is not kept any more", key="version")
    earlier = found.path.read_text(encoding="utf-8")
    _rewrite(file, lambda _: earlier, known_hosts)


def remove_allowances(file: Path, hashed: str, known_hosts: Sequence[str]) -> int:
    """Take every table with this hash out of ``[[allow.values]]``; return how many there were.

    Raises:
        ConfigError: the file is wrong as it stands; nothing was written.
    """
    removed = 0

    def change(document: "TOMLDocument") -> None:
        nonlocal removed
        values = _values(document)
        kept = [value for value in values if value["hash"] != hashed]
        removed = len(values) - len(kept)
        if removed:
            _write_values(document, kept)

    _edit(file, change, known_hosts)
    return removed


def _edit(file: Path, change: "Callable[[TOMLDocument], None]", known_hosts: Sequence[str]) -> None:
    def rewritten(text: str) -> str:
        import tomlkit

        document = tomlkit.parse(text)
        change(document)
        return tomlkit.dumps(document)

    _rewrite(file, rewritten, known_hosts)


def _rewrite(file: Path, rewritten: Callable[[str], str], known_hosts: Sequence[str]) -> None:
    """Replace what ``file`` says, if the new text is right; the old one is kept. One edit at a time."""
    from filelock import FileLock, Timeout

    file.parent.mkdir(mode=PRIVATE_DIR, parents=True, exist_ok=True)
    try:
        with FileLock(lock_of(file), timeout=WAIT_S, mode=PRIVATE_FILE):
            _replace(file, rewritten, known_hosts)
    except Timeout:
        raise ConfigError("is being changed by another program: try again", file=file) from None


def lock_of(file: Path) -> Path:
    """Return the file whose lock keeps other edits of ``file`` waiting, also those of other processes."""
    return file.with_name(f".{file.name}.lock")


def _replace(file: Path, rewritten: Callable[[str], str], known_hosts: Sequence[str]) -> None:
    load(file, known_hosts)
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        text = ""
    changed = rewritten(text)
    parse(changed, Origin(file, tuple(known_hosts)))
    if (policy := load_policy(known_hosts)) is not None:
        for key in filter(policy.governs, managed.changes(tomllib.loads(text), tomllib.loads(changed))):
            raise ConfigError(f"managed by your organisation ({managed.POLICY_FILE})", file=file, key=".".join(key))
    if changed != text:
        versions.keep(file, text)
        write_private(file, changed)


def _put(document: "TOMLDocument", path: Sequence[str], value: Value) -> None:
    """Set one setting; tables that are missing are made, as sections of the file."""
    import tomlkit

    table: Any = document
    for depth, name in enumerate(path[:-1], 2):
        table = table.setdefault(name, tomlkit.table(is_super_table=depth < len(path)))
        if not isinstance(table, MutableMapping):
            raise ConfigError("is no table", key=".".join(path))
    table[path[-1]] = value


def _take_out(document: "TOMLDocument", path: Sequence[str]) -> None:
    """Remove one setting or table, then the tables around it that hold nothing any more."""
    tables: list[Any] = [document]
    for name in path[:-1]:
        if not isinstance(inner := tables[-1].get(name), MutableMapping):
            return
        tables.append(inner)
    for name, table in zip(reversed(path), reversed(tables), strict=True):
        if table is tables[-1] or not table.get(name):
            table.pop(name, None)


def _values(document: "TOMLDocument") -> list[Mapping[str, str]]:
    return list(document.get("allow", {}).get("values", []))


def _write_values(document: "TOMLDocument", values: Sequence[Mapping[str, str]]) -> None:
    import tomlkit

    tables = tomlkit.aot()
    for value in values:
        table = tomlkit.table()
        table.update(value)
        tables.append(table)
    section = document.setdefault("allow", tomlkit.table(is_super_table=True))
    section["values"] = tables


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
