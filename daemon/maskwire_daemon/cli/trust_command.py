"""Make programs trust maskwire's certificates, and undo exactly that.

Programs under `maskwire exec` need none of this: they are told by variables. Browsers and desktop apps look into stores
of their own. Every change is shown before it is made. Without options the stores of this user are changed; `--system`
adds the whole machine's and asks for the rights to do so. The certificates are good for LLM providers' hosts alone, and
the key that could make others was never kept.

Examples:
  maskwire trust status
  maskwire trust install
  maskwire trust install --system --yes
  maskwire trust install --dry-run
  maskwire trust uninstall
"""

import argparse
import shlex
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from maskwire_daemon.cli import asking
from maskwire_daemon.cli.terminal import Exit, say, say_json, say_table, warn
from maskwire_daemon.paths import Paths

if TYPE_CHECKING:
    from maskwire_daemon.trust.stores.store import Command, Root, Store

ACTIONS = ("status", "install", "uninstall")


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("action", nargs="?", choices=ACTIONS, default="status", help="what to do (status)")
    parser.add_argument("--system", action="store_true", help="install: also for the whole machine")
    parser.add_argument("--yes", action="store_true", help="do not ask")
    parser.add_argument("--dry-run", action="store_true", help="show the changes and make none")
    parser.add_argument("--json", action="store_true", help="status: one line of JSON")


def run(args: argparse.Namespace) -> int:
    """Show, install or undo."""
    from maskwire_daemon.trust.installing import stores

    known = stores(Path.home())
    if args.action == "uninstall":
        return _uninstall(known, args)
    root = _root()
    if root is None:
        warn("there is no certificate yet: start maskwire once, `maskwire up`")
        return Exit.FAILED
    return _install(root, known, args) if args.action == "install" else _status(root, known, as_json=args.json)


def _root() -> "Root | None":
    from maskwire_daemon.trust.stores.store import Root

    try:
        return Root.load(Paths.of().authority / "root.pem")
    except FileNotFoundError:
        return None


def _status(root: "Root", known: Iterable["Store"], *, as_json: bool) -> int:
    found = [(store, store.holds(root)) for store in known]
    if as_json:
        rows = [{"store": s.name, "where": s.where, "system": s.system, "trusted": holds} for s, holds in found]
        say_json({"certificate": str(root.file), "sha256": root.sha256, "stores": rows})
    else:
        say(f"{root.file}  SHA-256 {root.sha256}")
        say_table(("STORE", "TRUSTED", "WHERE"), [(s.name, "yes" if holds else "no", s.where) for s, holds in found])
    return Exit.DONE


def _install(root: "Root", known: Iterable["Store"], args: argparse.Namespace) -> int:
    from maskwire_daemon.trust.installing import Installer
    from maskwire_daemon.trust.installing import run as make

    chosen = [store for store in known if (args.system or not store.system) and not store.holds(root)]
    if not chosen:
        say("Nothing to do: each of these stores trusts it already.")
        return Exit.DONE
    if not _agreed([command for store in chosen for command in store.installing(root)], args):
        return Exit.DONE if args.dry_run else Exit.FAILED
    Installer(Paths.of().data, make).install(root, chosen)
    say("Done. Restart programs that were running; `maskwire trust uninstall` undoes it.")
    return Exit.DONE


def _uninstall(known: Sequence["Store"], args: argparse.Namespace) -> int:
    from maskwire_daemon.trust.installing import Installer
    from maskwire_daemon.trust.installing import run as make

    installer = Installer(Paths.of().data, make)
    planned = installer.plan_uninstall(known)
    if not planned:
        installer.uninstall(known)
        say("Nothing to undo: no store trusts a certificate of this maskwire.")
        return Exit.DONE
    if not _agreed(planned, args):
        return Exit.DONE if args.dry_run else Exit.FAILED
    say(f"Done: {installer.uninstall(known)} stores are as they were.")
    return Exit.DONE


def _agreed(commands: Iterable["Command"], args: argparse.Namespace) -> bool:
    """Show every change, and ask unless that is settled."""
    for command in commands:
        rights = "  (asks for an administrator's rights)" if command.root else ""
        say(f"- {command.said}{rights}\n    {shlex.join(command.arguments)}")
    if args.dry_run:
        return False
    if args.yes:
        return True
    if asking.agreed("Go on?"):
        return True
    warn("nothing was changed: say y, or pass --yes")
    return False
