"""Check everything that protection needs: settings, daemon, ports, key, authority and who trusts it, database, folders,
disk, clock, model, ways to the proxy, what a crash left behind, other proxies. Each problem comes with its remedy.
`--fix` does what can be done without asking you anything, and checks again. Exit code 1 when something failed.

Examples:
  maskwire doctor
  maskwire doctor --fix
  maskwire doctor --json
"""

import argparse
from collections.abc import Iterable
from typing import TYPE_CHECKING

from maskwire_daemon.cli.terminal import Exit, say, say_json

if TYPE_CHECKING:
    from maskwire_daemon.coverage.finding import Finding

MARKS = {"ok": "+", "warning": "!", "failed": "x"}


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--fix", action="store_true", help="mend what can be mended without asking")
    parser.add_argument("--json", action="store_true", help="one line of JSON")


def run(args: argparse.Namespace) -> int:
    """Print every finding."""
    from maskwire_daemon.coverage.checkup import examine
    from maskwire_daemon.coverage.finding import Verdict

    findings = examine()
    fixed: list[str] = []
    if args.fix:
        fixed = [f"{f.check}: {f.mend()}" for f in findings if f.verdict is not Verdict.OK and f.mend is not None]
        findings = examine() if fixed else findings
    ok = all(f.verdict is not Verdict.FAILED for f in findings)
    if args.json:
        say_json({"ok": ok, "fixed": fixed, "checks": [f.as_json() for f in findings]})
    else:
        _show(findings, fixed)
    return Exit.DONE if ok else Exit.FAILED


def _show(findings: Iterable["Finding"], fixed: Iterable[str]) -> None:
    for done in fixed:
        say(f"fixed: {done}")
    for finding in findings:
        say(f"{MARKS[finding.verdict]} {finding.check:<14} {finding.found}")
        if finding.remedy:
            say(f"{'':<16} -> {finding.remedy}")
