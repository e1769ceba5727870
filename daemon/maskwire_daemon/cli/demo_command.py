"""See it work without any account: a throw-away daemon protects one request to a built-in stand-in provider over TLS,
and shows what was sent, what the provider saw and what came back.

Examples:
  maskwire demo
  maskwire demo --json
"""

import argparse


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--json", action="store_true", help="as JSON; ok is true when nothing leaked and all came back")


def run(args: argparse.Namespace) -> int:
    """Show the demonstration."""
    from maskwire_daemon.coverage import demo

    return demo.run(as_json=args.json)
