"""Show or set what happens to each provider's traffic.

Modes: protect (mask requests, restore answers), observe (only count; secrets are masked all the same),
bypass (tunnel without looking), block (refuse every request). What is set here is written to config.toml with all
else kept, and a running daemon follows within a second. `entity` says what happens to one kind of value: mask it, allow
it to pass, or block requests that bring a new one. With `--program` either holds for that program alone; its name is
the one that `maskwire events` shows, and "*" is every host.
Images and sound are refused, since nothing can be found in them; `media` lets them pass for some minutes.

Examples:
  maskwire hosts
  maskwire hosts list --json
  maskwire hosts --surfaces
  maskwire hosts set api.openai.com observe
  maskwire hosts set "*.openai.azure.com" block
  maskwire hosts set "*" block --program node
  maskwire hosts entity api.openai.com PERSON allow
  maskwire hosts reset api.openai.com
  maskwire hosts media api.openai.com --minutes 5
"""

import argparse
from collections.abc import Sequence
from dataclasses import asdict

from maskwire.policy import Mode
from maskwire_client import Client, HostEntry, NotRunning
from maskwire_daemon.cli.terminal import Exit, say, say_json, say_table
from maskwire_daemon.paths import Paths

ACTIONS = ("mask", "allow", "block")
"""What may be done with one kind of value."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.set_defaults(action="list")
    _listing(parser, default=False)
    actions = parser.add_subparsers(metavar="list|set|entity|reset|media")
    listing = actions.add_parser("list", help="show every known host and its mode")
    listing.set_defaults(action="list")
    _listing(listing, default=argparse.SUPPRESS)  # else the defaults here would undo what stands before `list`
    setting = actions.add_parser("set", help="write a host's mode to the configuration")
    setting.set_defaults(action="set")
    setting.add_argument("host", metavar="HOST", help="a known host, or a *.suffix pattern")
    setting.add_argument("mode", metavar="MODE", choices=list(map(str, Mode)), help=", ".join(Mode))
    setting.add_argument("--program", default="", metavar="NAME", help="for this program alone")
    entity = actions.add_parser("entity", help="write what happens to one kind of value on its way to a host")
    entity.set_defaults(action="entity")
    entity.add_argument("host", metavar="HOST", help="a known host, or a *.suffix pattern")
    entity.add_argument("entity", metavar="ENTITY", help="a kind of value, as PERSON")
    entity.add_argument("wanted", metavar="ACTION", choices=ACTIONS, help=", ".join(ACTIONS))
    entity.add_argument("--program", default="", metavar="NAME", help="for this program alone")
    reset = actions.add_parser("reset", help="take what was set for a host out of the configuration")
    reset.set_defaults(action="reset")
    reset.add_argument("host", metavar="HOST", help="a known host, or a *.suffix pattern")
    reset.add_argument("--program", default="", metavar="NAME", help="for this program alone")
    media = actions.add_parser("media", help="let images and sound pass to a host for some minutes")
    media.set_defaults(action="media")
    media.add_argument("host", metavar="HOST", help="a known host")
    media.add_argument("--minutes", type=float, default=10.0, metavar="N", help="how long, at most 60 (default: 10)")


def _listing(parser: argparse.ArgumentParser, *, default: object) -> None:
    surfaces = "show which places of each API are covered, and how"
    parser.add_argument("--surfaces", action="store_true", default=default, help=surfaces)
    parser.add_argument("--json", action="store_true", default=default, help="one line of JSON")


def run(args: argparse.Namespace) -> int:
    """Show, set or let pass."""
    if args.action == "media":
        Client.running().allow_media(args.host, args.minutes)
        say(f"{args.host}: images and sound pass for {args.minutes:g} minutes, as they are")
        return Exit.DONE
    table = ("programs", args.program, args.host.lower()) if getattr(args, "program", "") else None
    if args.action == "set" and table is None:
        return _set(args.host, Mode(args.mode))
    if args.action in ("set", "entity", "reset"):
        return _edit(args, table or ("hosts", args.host.lower()))
    if args.surfaces:
        return _surfaces(as_json=args.json)
    return _show(_hosts(), as_json=args.json)


def _hosts() -> Sequence[HostEntry]:
    """Ask the daemon, or else read the configuration that it would use."""
    try:
        return Client.running().hosts()
    except NotRunning:
        from maskwire.wire.hosts import known_hosts
        from maskwire_daemon.config.file import load
        from maskwire_daemon.config.settings import policy_of
        from maskwire_daemon.hosts import entries

        return entries(policy_of(load(Paths.of().config, known_hosts())), known_hosts())


def _set(host: str, mode: Mode) -> int:
    try:
        Client.running().set_host(host, mode)
    except NotRunning:
        from maskwire.wire.hosts import known_hosts
        from maskwire_daemon.config.edit import edit_mode

        paths = Paths.of()
        paths.create()
        edit_mode(paths.config, host, mode, known_hosts())
    say(f"{host}: {mode}")
    return Exit.DONE


def _edit(args: argparse.Namespace, table: tuple[str, ...]) -> int:
    """Write one setting of a host, or of a program's way to it, or take all of them out."""
    from maskwire.wire.hosts import known_hosts
    from maskwire_daemon.config.edit import edit_settings

    match args.action:
        case "set":
            path, value, now = (*table, "mode"), args.mode, args.mode
        case "entity":
            path, value, now = (*table, "actions", args.entity), args.wanted, f"{args.entity} {args.wanted}"
        case _:
            path, value, now = table, None, "as by default"
    paths = Paths.of()
    paths.create()
    edit_settings(paths.config, {path: value}, known_hosts())
    say(f"{args.program} to {args.host}: {now}" if args.program else f"{args.host}: {now}")
    return Exit.DONE


def _show(hosts: Sequence[HostEntry], *, as_json: bool) -> int:
    if as_json:
        say_json({"hosts": [asdict(h) for h in hosts]})
    else:
        rows = dict.fromkeys((_label(h), h.mode, "chosen" if h.chosen else "") for h in hosts)
        say_table(("HOST", "MODE", ""), rows)
    return Exit.DONE


def _label(entry: HostEntry) -> str:
    """Return the host, with ``{region}`` for one of a provider's many regions, which are then one line."""
    from maskwire.wire.hosts import AWS_REGIONS, GOOGLE_REGIONS

    if entry.chosen:
        return entry.host
    for region in sorted(f"{AWS_REGIONS} {GOOGLE_REGIONS}".split(), key=len, reverse=True):
        if region in entry.host:
            return entry.host.replace(region, "{region}")
    return entry.host


def _surfaces(*, as_json: bool) -> int:
    """Show the table of surfaces, which is part of the program: no daemon is asked."""
    from maskwire.wire.catalog import entries

    found = entries()
    if as_json:
        say_json({"surfaces": [asdict(entry) for entry in found]})
        return Exit.DONE
    marks = {True: "yes", False: "-"}
    say_table(
        ("PROVIDER", "SURFACE", "MASKED", "RESTORED", "STREAMED", "TREATMENT", "CHECKED BY, OR WHY NOT"),
        [
            (
                e.provider,
                e.surface,
                marks[e.masked],
                marks[e.restored],
                marks[e.streamed],
                e.treatment,
                e.why or e.validated,
            )
            for e in found
        ],
    )
    return Exit.DONE
