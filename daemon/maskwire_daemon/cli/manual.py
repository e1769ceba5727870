"""``docs/cli.md``, made of the commands' own help: ``python -m maskwire_daemon.cli.manual > docs/cli.md``."""

import argparse
import sys
from collections.abc import Iterator

from maskwire_daemon.cli.main import GROUPS, PROGRAM, load, parser

_INTRODUCTION = """# Commands

`maskwire` without a command lists them, `maskwire COMMAND --help` explains one. Every command that reads has
`--json`: one line of JSON, the same keys in every version. `MASKWIRE_HOME=DIR` makes any of them work on another home.

| Exit code | Meaning |
|---|---|
| 0 | done |
| 1 | failed, and the last line on stderr says why and what to do |
| 2 | misuse: the command line or the configuration is wrong |
| 3 | the daemon is not running |

`maskwire exec` leaves with the code of the command that it ran, 127 when there is no such command.
"""


def markdown() -> str:
    """Return the whole page."""
    parts = [_INTRODUCTION]
    for group, commands in GROUPS.items():
        parts.append(f"## {group}\n")
        for name in commands:
            parts += [f"### `{PROGRAM} {name}`", "", *_command(name)]
    return "\n".join(parts)


def _command(name: str) -> Iterator[str]:
    command = load(name)
    about, _, examples = command.__doc__.partition("Examples:")
    yield about.strip() + "\n"
    yield "```sh\n" + "\n".join(line.strip() for line in examples.strip().splitlines()) + "\n```\n"
    for title, rows in _options(parser(name, command), ""):
        if rows:
            yield f"| {title} | |\n|---|---|"
            yield "\n".join(f"| `{option}` | {text} |" for option, text in rows) + "\n"


def _options(made: argparse.ArgumentParser, action: str) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Yield a title and the options of a parser, then those of its actions."""
    rows: list[tuple[str, str]] = []
    inner: list[tuple[str, argparse.ArgumentParser]] = []
    for option in made._actions:  # noqa: SLF001 - argparse has no other way to list them
        if isinstance(option, argparse._SubParsersAction):  # noqa: SLF001 - as above
            inner += option.choices.items()
        elif not isinstance(option, argparse._HelpAction):  # noqa: SLF001 - as above
            rows.append((_spelling(option), option.help or ""))
    yield (f"`{action}` takes" if action else "Option"), rows
    for name, below in inner:
        yield from _options(below, name)


def _spelling(option: argparse.Action) -> str:
    value = option.metavar or (f"{{{','.join(option.choices)}}}" if option.choices else "")
    if isinstance(value, tuple):
        value = " ".join(value)
    return " ".join(filter(None, (", ".join(option.option_strings), value))) or option.dest


if __name__ == "__main__":
    sys.stdout.write(markdown())
