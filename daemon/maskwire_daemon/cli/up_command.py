"""Protect: run the daemon in the foreground until Ctrl-C, SIGTERM or `maskwire down`.

It prints one line with the proxy's address when it is ready, and shows the tray icon where there is a desktop.
Settings are in config.toml (`maskwire config path`).

Examples:
  maskwire up
  maskwire up --headless --proxy-port 9000
  MASKWIRE_HOME=/srv/maskwire MASKWIRE_KEY_PROVIDER=env maskwire up --headless
"""

import argparse

from maskwire_daemon.cli.companion import companion
from maskwire_daemon.cli.terminal import Exit, hush, say


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--headless", action="store_true", help="without a tray icon")
    parser.add_argument("--proxy-port", type=_port, metavar="N", help="instead of proxy.port; 0 takes any free one")
    parser.add_argument("--api-port", type=_port, metavar="N", help="instead of api.port; 0 takes any free one")
    parser.add_argument("--any-port", action="store_true", help="take free ports where the configured ones are in use")


def run(args: argparse.Namespace) -> int:
    """Run the daemon."""
    from maskwire_daemon.platform.hardening import harden

    harden()
    from maskwire_daemon import logs, service

    logs.configure()
    chosen = service.Chosen(proxy_port=args.proxy_port, api_port=args.api_port, any_port=args.any_port)
    with companion(wanted=not args.headless) as tray:

        def say_and_show(line: str) -> None:
            _say_if_heard(line)
            if tray is not None:
                tray.start()

        service.run(chosen, say_and_show)
    return Exit.DONE


def _say_if_heard(line: str) -> None:
    """Print a line; protection does not end because nobody reads it any more."""
    try:
        say(line)
    except OSError:
        hush()


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65535:
        raise argparse.ArgumentTypeError("a port is a number from 0 to 65535")
    return int(text)
