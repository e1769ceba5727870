"""The documentation of every setting, taken from the fields' docstrings in ``settings``.

Reads that module's source, so a frozen bundle must carry ``settings.py`` as text beside its byte code.
"""

import ast
import inspect
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from pydantic.fields import FieldInfo

from maskwire_daemon.config import settings as model
from maskwire_daemon.config.settings import Config, Section, section_in


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: its key inside its table, its default as TOML, and what it does."""

    key: str
    default: str
    text: str


@dataclass(frozen=True, slots=True)
class TableOfSettings:
    """One table of the file; ``header`` is empty for the settings at its top."""

    header: str
    text: str
    settings: tuple[Setting, ...]


def tables() -> list[TableOfSettings]:
    """Return the documentation of all settings, in the order of the model."""
    texts = _docstrings()
    top = [name for name, field in Config.model_fields.items() if _section(field) is None]
    found = [TableOfSettings("", "", tuple(_settings(Config, top, texts)))]
    for name, field in Config.model_fields.items():
        if (section := _section(field)) is not None:
            header = f"[{name}{_SUFFIX.get(name, '')}]"
            found.append(_table(section, header, texts))
            for key, inner in section.model_fields.items():
                if (below := _section(inner)) is not None:
                    found.append(_table(below, f"[[{name}.{key}]]", texts))
    return found


def _table(section: type[Section], header: str, texts: dict[tuple[str, str], str]) -> TableOfSettings:
    text = " ".join((section.__doc__ or "").split())
    return TableOfSettings(header, text, tuple(_settings(section, section.model_fields, texts)))


_SUFFIX = {"entities": ".PERSON", "hosts": '."api.openai.com"', "programs": '.codex."api.openai.com"'}
"""What an example of a table with free keys is called."""


def markdown() -> str:
    """Return ``docs/configuration.md``."""
    parts = [_INTRODUCTION]
    for table in tables():
        parts.append(f"## `{table.header}`\n" if table.header else "## At the top of the file\n")
        if table.text:
            parts.append(table.text + "\n")
        parts += [f"### `{s.key}`\n\nDefault: `{s.default}`\n\n{s.text}\n" for s in table.settings]
    return "\n".join(parts)


def commented() -> str:
    """Return a ``config.toml`` that changes nothing: every setting with its default, behind a comment sign."""
    lines = ["# maskwire's settings. Every line shows a default; remove the # to change it.", ""]
    for table in tables():
        sign = "# " if table.header.startswith("[[") else "#"  # an example, not a default
        if table.header:
            lines += [f"# {table.text}", f"{sign}{table.header}"]
        for setting in table.settings:
            lines += [f"# {line}" for line in textwrap.wrap(setting.text, 110)]
            default = '""' if setting.default in ("unset", "required") else setting.default
            lines += [f"{sign}{setting.key} = {default}", ""]
    return "\n".join(lines)


_INTRODUCTION = """# Configuration

maskwire reads `config.toml` in its folder; `maskwire config path` prints where that is, and `MASKWIRE_HOME`
moves everything elsewhere. Each setting has a default, so an empty or missing file is complete. A running daemon
follows the file within a second; settings that say so need a restart. A file with a mistake changes nothing:
the last good settings stay, and `maskwire status` names the file, the line and the key. `maskwire config check`
does the same without a daemon, and `maskwire config explain` prints this text for the terminal.

## Rules of your own

Every `*.toml` in the folder `rules` beside `config.toml` is a rule pack in the form of the shipped ones:

```toml
[[rule]]
id = "badge"
entity = "CUSTOM"
pattern = 'BDG-[0-9]{4}'
context = ["badge", "visitor"]
```

A running daemon follows the folder as it follows the file. A rule with a mistake changes nothing: the last good rules
stay, and `maskwire status` names file, line, rule and reason. At a start there are none yet, so that it is refused.

## Settings that your organisation manages

A machine may have a policy: `/etc/maskwire/policy.toml` (macOS: `/Library/Application Support/maskwire/policy.toml`,
Windows: `%ProgramData%\\maskwire\\policy.toml`), with the same settings as this file. What it says holds over this
file; `maskwire config check` and `maskwire status` name it, and an edit of it is refused.
[Installing](installing.md#policies-for-fleets) has the rules.

## Environment

| Variable | |
|---|---|
| `MASKWIRE_HOME` | one folder for everything: settings, vault, journal, authority, runtime file |
| `MASKWIRE_KEY_PROVIDER` | where the master key comes from, in place of `key_provider` |
| `MASKWIRE_MASTER_KEY` | the key of the provider `env`: base64 of 32 bytes |
| `MASKWIRE_PASSPHRASE` | the passphrase of the provider `passphrase`; asked for on a terminal when unset |
| `MASKWIRE_LOG` | `debug`, `info`, `warning` (the default) or `error`; no level ever shows a value |
"""


def _settings(owner: type[Section], names: Any, texts: dict[tuple[str, str], str]) -> Iterator[Setting]:
    for name in names:
        field = owner.model_fields[name]
        default = field.get_default(call_default_factory=True)
        yield Setting(name, "required" if field.is_required() else _toml(default), texts[owner.__name__, name])


def _section(field: FieldInfo) -> type[Section] | None:
    """Return the table type behind a field, if it is a table or a table of tables."""
    return section_in(field.annotation)


def _toml(value: Any) -> str:
    match value:
        case None:
            return "unset"
        case bool():
            return str(value).lower()
        case StrEnum() | str():
            return f'"{value}"'
        case dict() | list() if not value:
            return "{}" if isinstance(value, dict) else "[]"
        case _:
            return f"{value:g}"


def _docstrings() -> dict[tuple[str, str], str]:
    """Return the text after each annotated field, by class and field."""
    found: dict[tuple[str, str], str] = {}
    for node in ast.parse(inspect.getsource(model)).body:
        if isinstance(node, ast.ClassDef):
            for field, after in zip(node.body, node.body[1:], strict=False):
                match field, after:
                    case (
                        ast.AnnAssign(target=ast.Name(id=name)),
                        ast.Expr(value=ast.Constant(value=str(text))),
                    ):
                        found[node.name, name] = " ".join(text.split())
    return found
