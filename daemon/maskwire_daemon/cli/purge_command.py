"""Delete values and records of exchanges. A token whose value is deleted can never be restored again, also in old
conversations.

`--all` deletes every value and record and keeps the keys. `--destroy` destroys the keys too, so that no copy of the
file can be read any more, and removes learned secrets, access for other programs and earlier versions of the settings.
The settings themselves stay, your own words in them too, and so does the audit log. Certificates are made anew and have
to be trusted again; where the old ones are trusted is still known, so that `maskwire trust uninstall` undoes it.

On a machine of a team, `--older-than` deletes values for the whole team, and `--all` only this machine's records.

Examples:
  maskwire purge --older-than 30      those that were not seen for 30 days
  maskwire purge --all                everything
  maskwire purge --all --yes --json   without asking
  maskwire purge --destroy            everything, the keys, and who had access
"""

import argparse
from dataclasses import asdict

from maskwire.errors import ConfigError, VaultError
from maskwire_client import Purged
from maskwire_daemon.cli import asking
from maskwire_daemon.cli.engine import vault_engine
from maskwire_daemon.cli.finding import settings
from maskwire_daemon.cli.terminal import Exit, say, say_json, warn
from maskwire_daemon.config.settings import Store
from maskwire_daemon.paths import Paths
from maskwire_daemon.singleton import only_one
from maskwire_daemon.storage import discard
from maskwire_daemon.trust.installing import is_trusted


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("--older-than", type=float, metavar="DAYS", help="only what is older")
    which.add_argument("--all", action="store_true", help="everything")
    which.add_argument("--destroy", action="store_true", help="everything, the keys, and who had access")
    parser.add_argument("--yes", action="store_true", help="do not ask")
    parser.add_argument("--json", action="store_true", help="one line of JSON")


def run(args: argparse.Namespace) -> int:
    """Delete, after the person agreed."""
    in_team = _in_team()
    if args.destroy and in_team:
        warn("this machine uses a team's vault: leave it first, `maskwire team leave`; nothing was destroyed")
        return Exit.FAILED
    if args.destroy:
        return _destroy(agreed=args.yes, as_json=args.json)
    days = 0.0 if args.all else args.older_than
    if days < 0 or (days == 0 and not args.all):
        warn("--older-than takes more than 0 days; --all deletes everything")
        return Exit.MISUSE
    if not args.yes and not _agreed("everything" if args.all else f"what is older than {days:g} days"):
        warn("nothing was deleted: say y, or pass --yes")
        return Exit.FAILED
    purged = _purge(days)
    if args.all and in_team:
        warn("the team's values stay: `maskwire team destroy` deletes them for everybody")
    if args.json:
        say_json(asdict(purged))
    else:
        say(f"Deleted {purged.values} values and {purged.exchanges} records.")
    return Exit.DONE


def _in_team() -> bool:
    """Tell whether the settings lead to a team's vault; wrong ones keep nobody from deleting."""
    try:
        return settings().vault.store is Store.REDIS
    except ConfigError:
        return False


def _destroy(*, agreed: bool, as_json: bool) -> int:
    """Destroy the vault, after the person typed the word."""
    if not agreed and asking.typed("Every value becomes unreadable for good. Type destroy to go on: ") != "destroy":
        warn("nothing was destroyed: type the word, or pass --yes")
        return Exit.FAILED
    with vault_engine() as engine:
        engine.purge(0)
        engine.destroy()
    if as_json:
        say_json({"destroyed": True})
    else:
        say("Destroyed: the values, the records and their keys, learned secrets, access for other programs, earlier")
        say("versions of the settings. The next start makes new keys.")
        say(f"Left as it is: {Paths.of().config}, with your own words if it has some; and the audit log.")
        if is_trusted(Paths.of().data):
            say("The old certificates are still trusted where you had that done: `maskwire trust uninstall`.")
    return Exit.DONE


def _purge(days: float) -> Purged:
    try:
        with vault_engine() as engine:
            return engine.purge(days)
    except VaultError:
        if days:
            raise
    paths = Paths.of()
    with only_one(paths.lock):
        discard(paths)  # its key is lost or it is damaged: all of it can still go
    warn("the vault could not be read, so its file was deleted as a whole")
    return Purged(0, 0)


def _agreed(what: str) -> bool:
    return asking.agreed(f"Delete {what}? Tokens in old conversations will not be restored again.")
