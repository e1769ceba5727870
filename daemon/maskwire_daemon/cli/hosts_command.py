"""Show or set what happens to each provider's traffic.

Modes: protect (mask requests, restore answers), observe (only count; secrets are masked all the same),
bypass (tunnel without looking), block (refuse every request). A mode that is set here is written to config.toml.
Images and sound are refused, since nothing can be found in them; `media` lets them pass for some minutes.

Examples:
  maskwire hosts
  maskwire hosts list --json
  maskwire hosts --surfaces
  maskwire hosts set api.openai.com observe
  maskwire hosts set "*.openai.azure.com" block
  maskwire hosts media api.openai.com --minutes 5
"""

import argparse
from collections.abc import Sequence
from dataclasses import asdict

from maskwire.policy import Mode
from maskwire_client import Client, HostEntry, NotRunning
from maskwire_daemon.cli.terminal import Exit, say, say_json, say_table
from maskwire_daemon.paths import Paths


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.set_defaults(action="list")
    _listing(parser, default=False)
    actions = parser.add_subparsers(metavar="list|set|media")
    listing = actions.add_parser("list", help="show every known host and its mode")
    listing.set_defaults(action="list")
    _listing(listing, default=argparse.SUPPRESS)  # else the defaults here would undo what stands before `list`
    setting = actions.add_parser("set", help="write a host's mode to the configuration")
    setting.set_defaults(action="set")
    setting.add_argument("host", metavar="HOST", help="a known host, or a *.suffix pattern")
    setting.add_argument("mode", metavar="MODE", choices=list(map(str, Mode)), help=", ".join(Mode))
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
    if args.action == "set":
        return _set(args.host, Mode(args.mode))
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
