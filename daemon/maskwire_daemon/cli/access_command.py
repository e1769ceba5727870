"""Give other programs access to the control API of the running daemon, and take it back.

Roles: viewer (see what happened), operator (find and mask too), admin (everything). Whatever the role, a token reads
values back only with `--restore`. It is shown once; what it does is in `maskwire events audit` under its name.

Examples:
  maskwire access
  maskwire access add ci --role operator
  maskwire access add helpdesk --role operator --restore
  maskwire access remove ci
"""

import argparse
import time

from maskwire_client import Client
from maskwire_daemon.cli.terminal import Exit, say, say_json, say_table

ROLES = ("viewer", "operator", "admin")


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.set_defaults(action="list", json=False)
    actions = parser.add_subparsers(metavar="list|add|remove")
    listing = actions.add_parser("list", help="show every token's name and rights")
    listing.set_defaults(action="list")
    listing.add_argument("--json", action="store_true", help="one line of JSON")
    adding = actions.add_parser("add", help="make a token and show it, once")
    adding.set_defaults(action="add")
    adding.add_argument("name", metavar="NAME", help="what the audit log calls it")
    adding.add_argument("--role", choices=ROLES, default="viewer", help="viewer, operator or admin (viewer)")
    adding.add_argument("--restore", action="store_true", help="with the right to read values back")
    removing = actions.add_parser("remove", help="take a token back")
    removing.set_defaults(action="remove")
    removing.add_argument("name", metavar="NAME")


def run(args: argparse.Namespace) -> int:
    """Show, make or take back."""
    client = Client.running()
    match args.action:
        case "add":
            say(client.add_access(args.name, args.role, restores=args.restore))
        case "remove":
            client.remove_access(args.name)
            say(f"{args.name} has no access any more.")
        case _:
            _list(client, as_json=args.json)
    return Exit.DONE


def _list(client: Client, *, as_json: bool) -> None:
    tokens = client.access()
    if as_json:
        fields = tokens[0].__dataclass_fields__ if tokens else ()
        say_json({"tokens": [{name: getattr(token, name) for name in fields} for token in tokens]})
        return
    rows = [
        (t.name, t.role, "yes" if t.restores else "no", _day(t.created), _day(t.used) if t.used else "never")
        for t in tokens
    ]
    say_table(("NAME", "ROLE", "READS VALUES", "MADE", "LAST USED"), rows)


def _day(at: float) -> str:
    return time.strftime("%Y-%m-%d", time.localtime(at))
