"""Share one vault with other machines, in a Redis of your own: the same value has the same token on all of them, and
each restores what another has masked. Values are encrypted with the team's key before they leave a machine; Redis and
whoever runs it never see one. docs/team.md tells how to set it up and what it protects against.

The password of Redis is asked for, or read from `MASKWIRE_REDIS_PASSWORD`; the passphrase of an invitation is asked
for, or read from `MASKWIRE_TEAM_PASSPHRASE`. A daemon that runs takes over a change when it is started anew.

Examples:
  maskwire team create rediss://redis.example.com:6379   make a team, and this machine its first member
  maskwire team create rediss://redis.lan --ca ca.pem    the same, with a certificate of your own authority
  maskwire team invite > invitation.txt                  write an invitation; its passphrase is shown beside it
  maskwire team join invitation.txt                      make this machine a member
  maskwire team                                          show the team's vault and whether it can be used
  maskwire team leave                                    destroy this machine's copy of the team's key
  maskwire team repair                                   go on with an empty vault after Redis has lost it
  maskwire team destroy                                  delete the values of the whole team
"""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from maskwire_daemon.cli import asking
from maskwire_daemon.cli.terminal import Exit, say, say_json, warn
from maskwire_daemon.store.team.address import PASSWORD_VARIABLE

if TYPE_CHECKING:
    from maskwire_daemon.cli.team_deeds import State

TEAM_PASSPHRASE = "MASKWIRE_TEAM_PASSPHRASE"  # noqa: S105 - the name of a variable

SURE = "Every value of the whole team is deleted for good. Type destroy to go on: "

RESTART = "If a daemon runs here, start it anew: `maskwire down`, then `maskwire up`."


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.set_defaults(action="status", json=False)
    actions = parser.add_subparsers(metavar="status|create|invite|join|leave|repair|destroy")
    status = actions.add_parser("status", help="show the team's vault and whether it can be used")
    status.set_defaults(action="status")
    status.add_argument("--json", action="store_true", help="one line of JSON")
    create = actions.add_parser("create", help="make a team, and this machine its first member")
    create.set_defaults(action="create")
    create.add_argument("url", metavar="URL", help="rediss://host:port, redis://host:port or unix:///path/redis.sock")
    create.add_argument("--ca", type=Path, metavar="FILE", help="a PEM file with the authority to trust for it")
    invite = actions.add_parser("invite", help="write an invitation; its passphrase is shown beside it")
    invite.set_defaults(action="invite")
    join = actions.add_parser("join", help="make this machine a member")
    join.set_defaults(action="join")
    join.add_argument("invitation", metavar="FILE", help="the invitation; - reads it from standard input")
    for name, what in (
        ("leave", "destroy this machine's copy of the team's key; the team's values stay"),
        ("repair", "go on with an empty vault after Redis has lost it"),
    ):
        actions.add_parser(name, help=what).set_defaults(action=name)
    destroy = actions.add_parser("destroy", help="delete the values of the whole team")
    destroy.set_defaults(action="destroy")
    destroy.add_argument("--yes", action="store_true", help="do not ask")


def run(args: argparse.Namespace) -> int:
    """Do what was asked for."""
    from maskwire_daemon.cli import team_deeds

    match args.action:
        case "create":
            password = asking.secret(PASSWORD_VARIABLE, "Password of Redis (empty if it wants none): ")
            team_deeds.create(args.url, args.ca, password or "")
            say("The team is made, and this machine is its first member.")
            say("Invite the others: `maskwire team invite > invitation.txt`. " + RESTART)
        case "invite":
            return _invite()
        case "join":
            return _join(args.invitation)
        case "leave":
            if not team_deeds.leave():
                warn("this machine is in no team")
                return Exit.FAILED
            say("This machine's copy of the team's key is destroyed; values are kept here from now on. " + RESTART)
        case "repair":
            said = "An empty vault is set up" if team_deeds.repair() else "There is nothing to repair"
            say(said + ". Keys and tokens are as before.")
        case "destroy":
            return _destroy(agreed=args.yes)
        case _:
            return _show(team_deeds.state(), as_json=args.json)
    return Exit.DONE


def _invite() -> int:
    from maskwire_daemon.cli import team_deeds

    text, passphrase = team_deeds.invite()
    say(text.rstrip("\n"))
    warn(f"its passphrase is {passphrase} (say it on another way than you send the invitation)")
    return Exit.DONE


def _join(file: str) -> int:
    from maskwire_daemon.cli import team_deeds

    text = sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8", errors="replace")
    passphrase = asking.secret(TEAM_PASSPHRASE, "Passphrase of the invitation: ")
    if passphrase is None:
        warn(f"there is no terminal to ask for the passphrase: set {TEAM_PASSPHRASE}")
        return Exit.MISUSE
    team_deeds.join(text, passphrase)
    say("This machine is a member: it masks and restores with the team's tokens. " + RESTART)
    return Exit.DONE


def _destroy(*, agreed: bool) -> int:
    from maskwire_daemon.cli import team_deeds

    if not agreed and asking.typed(SURE) != "destroy":
        warn("nothing was destroyed: type the word, or pass --yes")
        return Exit.FAILED
    removed = team_deeds.destroy(_progress)
    if sys.stderr.isatty():
        sys.stderr.write("\n")
    say(f"Destroyed: {removed} keys of Redis, and this machine's copy of the team's key. {RESTART}")
    say("Backups of Redis are yours to delete; the other machines destroy their copies with `maskwire team leave`.")
    return Exit.DONE


def _show(state: "State | None", *, as_json: bool) -> int:
    if state is None:
        if as_json:
            say_json({"member": False})
        else:
            say("This machine is in no team: `maskwire team create` makes one, `maskwire team join` enters one.")
        return Exit.DONE
    if as_json:
        say_json({"member": True, **state.as_json()})
        return Exit.DONE
    say(state.description[0].upper() + state.description[1:] + ".")
    for sentence in (state.problem, *state.warnings):
        if sentence:
            say(f"  ! {sentence}")
    if not state.problem:
        say(f"  vault   {state.vault}, {state.values} values")
    if not state.used:
        say("  - the settings do not use it: `vault.store` is local")
    return Exit.DONE


def _progress(removed: int) -> None:
    if sys.stderr.isatty():
        sys.stderr.write(f"\r{removed} keys removed")
        sys.stderr.flush()
