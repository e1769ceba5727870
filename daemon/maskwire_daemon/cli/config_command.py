"""Explain every setting, say where the file is, or check it.

Examples:
  maskwire config path
  maskwire config check
  maskwire config explain
  maskwire config explain --toml > "$(maskwire config path)"   a file to start from: every default, commented out
"""

import argparse
import textwrap

from maskwire_daemon.cli.terminal import Exit, say, say_json
from maskwire_daemon.paths import Paths

FORMS = ("markdown", "toml", "json")


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    actions = parser.add_subparsers(metavar="explain|path|check", required=True)
    explain = actions.add_parser("explain", help="print what every setting does, and its default")
    explain.set_defaults(action=_explain)
    forms = explain.add_mutually_exclusive_group()
    for form in FORMS:
        forms.add_argument(f"--{form}", dest="form", action="store_const", const=form, help=f"as {form}")
    path = actions.add_parser("path", help="print where the file is")
    path.set_defaults(action=_path)
    check = actions.add_parser("check", help="say whether the file is right; exit code 2 and the place when not")
    check.set_defaults(action=_check)
    check.add_argument("--json", action="store_true", help="one line of JSON")


def run(args: argparse.Namespace) -> int:
    """Do what was asked."""
    done: int = args.action(args)
    return done


def _path(args: argparse.Namespace) -> int:
    del args
    say(str(Paths.of().config))
    return Exit.DONE


def _check(args: argparse.Namespace) -> int:
    from maskwire.errors import ConfigError
    from maskwire.wire.hosts import known_hosts
    from maskwire_daemon.config.file import load
    from maskwire_daemon.config.managed import POLICY_FILE

    file = Paths.of().config
    try:
        managed = load(file, known_hosts()).managed
    except ConfigError as e:
        if not args.json:
            raise
        say_json({"ok": False, "file": str(e.file or file), "line": e.line, "key": e.key, "problem": e.problem})
        return Exit.MISUSE
    if args.json:
        say_json({"ok": True, "file": str(file), "policy": str(POLICY_FILE), "managed": managed})
        return Exit.DONE
    say(f"{file}: {'all is well' if file.exists() else 'not there, so the defaults hold'}")
    if managed:
        say(f"{POLICY_FILE}: managed by your organisation, over that file: {', '.join(managed)}")
    return Exit.DONE


def _explain(args: argparse.Namespace) -> int:
    from maskwire_daemon.config import explain

    match args.form:
        case "markdown":
            say(explain.markdown().rstrip("\n"))
        case "toml":
            say(explain.commented().rstrip("\n"))
        case "json":
            say_json(
                [
                    {"table": table.header, "key": s.key, "default": s.default, "text": s.text}
                    for table in explain.tables()
                    for s in table.settings
                ]
            )
        case _:
            for table in explain.tables():
                say(f"\n{table.header or 'At the top of the file'}")
                for s in table.settings:
                    say(f"  {s.key} = {s.default}")
                    say(textwrap.fill(s.text, 100, initial_indent="      ", subsequent_indent="      "))
    return Exit.DONE
