"""Show the value behind one token. It is printed to the terminal: mind who looks at your screen and its history.

Once a passphrase was set, this command, the dashboard and the API ask for it before they show a value:
MASKWIRE_REVEAL_PASSPHRASE, or the terminal. Where the vault's key is behind a passphrase, that one is asked for. Each
value that was shown is in `maskwire events audit`.

Examples:
  maskwire reveal PERSON_K7Q2MXA4
  maskwire reveal PERSON_K7Q2MXA4 --json
  maskwire reveal --set-passphrase
"""

import argparse
import getpass
import os

from maskwire_daemon.cli.asking import secret
from maskwire_daemon.cli.engine import Engine, vault_engine
from maskwire_daemon.cli.terminal import Exit, say, say_json, warn

PASSPHRASE = "MASKWIRE_REVEAL_PASSPHRASE"  # noqa: S105 - the name of a variable
NEW_PASSPHRASE = "MASKWIRE_NEW_PASSPHRASE"  # noqa: S105 - the name of a variable


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("token", metavar="TOKEN", nargs="?", help="as it stands in a masked text")
    parser.add_argument("--json", action="store_true", help="one line of JSON")
    parser.add_argument("--set-passphrase", action="store_true", help="set or change the passphrase that this takes")


def run(args: argparse.Namespace) -> int:
    """Print the value, or set the passphrase."""
    if (args.token is None) is not args.set_passphrase:
        warn("name one token, or pass --set-passphrase")
        return Exit.MISUSE
    with vault_engine() as engine:
        if args.set_passphrase:
            return _set_passphrase(engine)
        return _show(engine, args.token, as_json=args.json)


def _show(engine: Engine, token: str, *, as_json: bool) -> int:
    passphrase = _present(engine)
    if passphrase is None:
        return Exit.FAILED
    value = engine.reveal(token, passphrase)
    if value is None:
        warn("this vault does not know that token")
        return Exit.FAILED
    if as_json:
        say_json({"token": token, "value": value})
    else:
        say(value)
    return Exit.DONE


def _set_passphrase(engine: Engine) -> int:
    if engine.reveal_lock() == "vault":
        warn("the vault's own passphrase is asked for: `maskwire rotate-key --passphrase` changes it")
        return Exit.MISUSE
    old = _present(engine)
    new = secret(NEW_PASSPHRASE, "New passphrase: ")
    if old is None or new is None:
        if new is None:
            warn(f"there is no terminal to ask: set {NEW_PASSPHRASE}")
        return Exit.FAILED
    if NEW_PASSPHRASE not in os.environ and getpass.getpass("New passphrase, again: ") != new:
        warn("the two are not the same: nothing was changed")
        return Exit.FAILED
    engine.set_reveal_passphrase(old, new)
    say("From now on a single value is shown only for this passphrase.")
    return Exit.DONE


def _present(engine: Engine) -> str | None:
    """Return the present passphrase, an empty one where none is asked for, ``None`` when nobody can be asked."""
    lock = engine.reveal_lock()
    if lock == "none":
        return ""
    given = secret(PASSPHRASE, "Reveal passphrase: " if lock == "own" else "Passphrase of the vault: ")
    if given is None:
        warn(f"this takes a passphrase and there is no terminal to ask: set {PASSPHRASE}")
    return given
