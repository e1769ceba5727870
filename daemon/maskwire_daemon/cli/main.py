"""Finds the subcommand, parses its arguments, turns what goes wrong into a sentence and an exit code.

argparse, since it starts in a tenth of the time of its richer rivals: `maskwire status` is also what scripts and
prompts call.
"""

import argparse
import importlib
import sys
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Protocol, cast

from maskwire.errors import ConfigError, MaskwireError
from maskwire_client.errors import ControlError, NotRunning
from maskwire_daemon.capture.guardian import repair
from maskwire_daemon.cli.background import daemon_command
from maskwire_daemon.cli.terminal import Exit, hush, warn

GROUPS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "Protection": {
            "up": "protect: run the daemon in the foreground",
            "down": "stop the daemon",
            "status": "show how protection stands, and why",
            "pause": "pause protection for some minutes; secrets stay masked",
            "resume": "end a pause now",
            "tray": "show the tray icon",
            "open": "open the dashboard in your browser",
            "exec": "run a command whose LLM traffic is protected",
            "env": "print the variables that exec sets",
            "capture": "show or set how programs reach the proxy",
            "hosts": "show or set what happens to each provider",
            "trust": "make browsers and apps trust maskwire's certificates, and undo it",
            "service": "run the daemon at each login and again after a crash, and undo it",
        },
        "Texts": {
            "scan": "find personal data and secrets in files or lines",
            "mask": "put tokens in place of values",
            "restore": "put values back in place of tokens",
            "reveal": "show the value behind one token",
        },
        "Your own": {
            "secrets": "learn the secrets of credential files, to mask them in any form",
            "allow": "let one value pass unmasked",
        },
        "Records": {
            "events": "show, verify and export what was masked, where and when",
            "report": "write what was kept from whom within a period",
            "access": "give other programs access to the control API, and take it back",
            "team": "share one vault with other machines, so that all restore what one has masked",
            "rotate-key": "change the keys of the vault; tokens stay",
            "purge": "delete values and records",
        },
        "Proof and care": {
            "demo": "see it work against a built-in provider, without any account",
            "verify": "prove with a canary that the running daemon masks and restores",
            "doctor": "check everything that protection needs",
            "config": "explain, find and check the settings",
        },
    }
)
"""Every subcommand with its line of help; each is the module of its name beside this one."""

SUMMARIES: Mapping[str, str] = MappingProxyType(
    {name: line for group in GROUPS.values() for name, line in group.items()}
)

PROGRAM = "maskwire"


class Command(Protocol):
    """What a subcommand's module offers. Its docstring is its help: what it does, then examples."""

    arguments: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace], int]
    __doc__: str


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    given = list(sys.argv[1:] if argv is None else argv)
    if not given or given[0] in ("-h", "--help", "help"):
        sys.stdout.write(overview())
        return Exit.DONE if given else Exit.MISUSE
    if given[0] in ("-V", "--version"):
        sys.stdout.write(f"{PROGRAM} {version()}\n")
        return Exit.DONE
    if given[0] not in SUMMARIES:
        return _unknown(given[0])
    command = load(given[0])
    try:
        if given[0] not in ("up", "capture"):  # these see to it themselves
            repair(daemon_command())
        return command.run(parser(given[0], command).parse_args(given[1:]))
    except NotRunning as e:
        warn(str(e).removeprefix("maskwire "))
        return Exit.NOT_RUNNING
    except ConfigError as e:
        warn(str(e))
        return Exit.MISUSE
    except (MaskwireError, ControlError) as e:
        warn(str(e))
        return Exit.FAILED
    except BrokenPipeError:
        hush()
        return Exit.FAILED
    except OSError as e:
        warn(f"{e.filename or 'the system'}: {e.strerror or type(e).__name__}")
        return Exit.FAILED
    except KeyboardInterrupt:
        return 130
    except Exception as e:  # noqa: BLE001 - its message could hold somebody's text
        from maskwire_daemon.logs import described

        warn(f"this is a mistake in maskwire, please report it: {described(e)}")
        return Exit.FAILED


def load(name: str) -> Command:
    """Import the module of one subcommand."""
    return cast("Command", importlib.import_module(f"maskwire_daemon.cli.{name.replace('-', '_')}_command"))


def parser(name: str, command: Command) -> argparse.ArgumentParser:
    """Return the parser of one subcommand, with its module's docstring as help."""
    about, _, examples = command.__doc__.partition("Examples:")
    made = argparse.ArgumentParser(
        prog=f"{PROGRAM} {name}",
        description=about.strip(),
        epilog="Examples:" + examples.rstrip() if examples else None,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    command.arguments(made)
    return made


def overview() -> str:
    """Return the help of the program as a whole."""
    lines = [
        "usage: maskwire COMMAND …",
        "",
        "Keeps personal data and secrets out of LLM traffic: tokens leave, real values stay.",
    ]
    for group, commands in GROUPS.items():
        lines += ["", f"{group}:", *(f"  {name:<11} {line}" for name, line in commands.items())]
    lines += [
        "",
        "Start here:",
        "  maskwire demo                          see it work, without any account",
        "  maskwire exec -- python my_script.py   run a program with its LLM traffic protected",
        "",
        "`maskwire COMMAND --help` explains one command, with examples.",
        "Exit codes: 0 done, 1 failed, 2 misuse, 3 the daemon is not running.",
    ]
    return "\n".join(lines) + "\n"


def version() -> str:
    """Return the installed version."""
    from maskwire_daemon.version import VERSION

    return VERSION


def _unknown(name: str) -> int:
    import difflib

    close = difflib.get_close_matches(name, SUMMARIES, n=1)
    hint = f"did you mean `{PROGRAM} {close[0]}`?" if close else f"`{PROGRAM} --help` lists them"
    warn(f"there is no command {name!r}: {hint}")
    return Exit.MISUSE
