"""Check everything that protection needs: settings, daemon, ports, key, authority, disk, model, other proxies. Each
problem comes with its remedy. Exit code 1 when something failed.

Examples:
  maskwire doctor
  maskwire doctor --json
"""

import argparse
from dataclasses import asdict

from maskwire_daemon.cli.terminal import Exit, say, say_json

MARKS = {"ok": "+", "warning": "!", "failed": "x"}


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--json", action="store_true", help="one line of JSON")


def run(args: argparse.Namespace) -> int:
    """Print every finding."""
    from maskwire_daemon.coverage.checkup import Verdict, examine

    findings = examine()
    ok = all(f.verdict is not Verdict.FAILED for f in findings)
    if args.json:
        say_json({"ok": ok, "checks": [asdict(f) for f in findings]})
        return Exit.DONE if ok else Exit.FAILED
    for finding in findings:
        say(f"{MARKS[finding.verdict]} {finding.check:<14} {finding.found}")
        if finding.remedy:
            say(f"{'':<16} -> {finding.remedy}")
    return Exit.DONE if ok else Exit.FAILED
