"""The person's own rule packs: every ``*.toml`` of the folder ``rules`` beside their settings. IO: that folder."""

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from maskwire.detect.rule import Rule, load_pack
from maskwire.entities import KINDS
from maskwire.errors import ConfigError
from maskwire_daemon.config.watch import Fingerprint, fingerprint

_LINE = re.compile(r"at line (\d+)")
"""Where ``tomllib`` says a mistake is."""

MAX_RULES = 500
"""Own rules that are taken: each costs time on every line, and the shipped packs have fewer."""

type Listing = tuple[tuple[str, Fingerprint], ...]
"""What changes when a pack does."""


def listing(folder: Path) -> Listing:
    """Return what will differ after the next change of a pack in ``folder``."""
    return tuple((file.name, fingerprint(file)) for file in _packs(folder))


def own_rules(folder: Path) -> tuple[Rule, ...]:
    """Return the rules of all packs in ``folder``, by file and line; none when there is no such folder.

    Their ids are put behind ``own.``, so that none hides a shipped one.

    Raises:
        ConfigError: a rule is wrong; names file, line, rule and reason.
    """
    rules: list[Rule] = []
    seen: dict[str, Path] = {}
    for file in _packs(folder):
        for rule in _pack(file):
            if rule.entity not in KINDS:
                raise ConfigError(
                    f"no such kind of value: {rule.entity}", file=file, line=_line(file, rule), key=rule.id
                )
            if rule.id in seen:
                raise ConfigError(f"stands in {seen[rule.id].name} too", file=file, line=_line(file, rule), key=rule.id)
            seen[rule.id] = file
            rules.append(replace(rule, id=f"own.{rule.id}"))
    if len(rules) > MAX_RULES:
        raise ConfigError(f"more than {MAX_RULES} rules", file=folder)
    return tuple(rules)


def _packs(folder: Path) -> Sequence[Path]:
    try:
        return sorted(file for file in folder.iterdir() if file.suffix == ".toml")
    except OSError:
        return ()


def _pack(file: Path) -> list[Rule]:
    try:
        return load_pack(file)
    except ConfigError as e:
        if e.line is not None or (found := _LINE.search(e.problem)) is None:
            raise
        raise ConfigError(e.problem, file=file, line=int(found[1])) from e
    except OSError as e:
        raise ConfigError(f"cannot be read: {e.strerror}", file=file) from e
    except UnicodeDecodeError as e:
        raise ConfigError("is not UTF-8 text", file=file) from e
    except (AttributeError, TypeError) as e:
        raise ConfigError("a pack holds tables [[rule]] and one table [contexts] of lists", file=file) from e


def _line(file: Path, rule: Rule) -> int | None:
    """Return the line where the id of ``rule`` is set."""
    wanted = re.compile(rf"""\s*id\s*=\s*["']{re.escape(rule.id)}["']""")
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        if wanted.match(line):
            return number
    return None
