"""Print the variables that make programs use the proxy and trust its authority, for a shell to read.

Examples:
  eval "$(maskwire env)"
  maskwire env --shell fish | source
  maskwire env --shell powershell | Invoke-Expression
  maskwire env --json
"""

import argparse
import os
import shlex

from maskwire_client import Client
from maskwire_daemon.cli.routing import route, route_variables
from maskwire_daemon.cli.terminal import Exit, say, say_json

SHELLS = ("sh", "fish", "powershell")


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--shell", choices=SHELLS, default="sh", help="whose syntax to write")
    parser.add_argument("--java", action="store_true", help="Java's options too")
    parser.add_argument("--json", action="store_true", help="one line of JSON")


def run(args: argparse.Namespace) -> int:
    """Print them."""
    found = route_variables(route(Client.running().status(), os.environ, java=args.java), os.environ)
    if args.json:
        say_json(found)
    else:
        for name, value in found.items():
            say(export(args.shell, name, value))
    return Exit.DONE


def export(shell: str, name: str, value: str) -> str:
    """Return the line that sets one variable."""
    if shell == "fish":
        escaped = value.replace("\\", "\\\\").replace("'", "\\'")
        return f"set -gx {name} '{escaped}'"
    if shell == "powershell":
        doubled = value.replace("'", "''")
        return f"$env:{name} = '{doubled}'"
    return f"export {name}={shlex.quote(value)}"
