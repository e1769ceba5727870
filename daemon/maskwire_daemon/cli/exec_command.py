"""Run a command whose LLM traffic is protected: with proxy and trust variables for Python, Node, Go, Rust, Java, curl,
git, AWS, gRPC and others. A daemon is started when none runs, and stays; `maskwire down` stops it.

The command replaces this one: its exit code, signals and terminal are its own. 127 means that it was not found.

Examples:
  maskwire exec -- python my_script.py
  maskwire exec -- codex exec "explain this repository"
  maskwire exec --java -- mvn test
"""

import argparse
import os
import shutil
import subprocess
import sys

from maskwire_client import Status
from maskwire_daemon.cli.background import running_or_started
from maskwire_daemon.cli.routing import route, route_variables, warnings
from maskwire_daemon.cli.terminal import Exit, warn
from maskwire_daemon.platform.coverage import uncovered

NOT_FOUND = 127
"""What shells leave with when there is no such command."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--java", action="store_true", help="set Java's options too; each Java program then says so")
    parser.add_argument("command", nargs=argparse.REMAINDER, metavar="-- COMMAND …", help="what to run")


def run(args: argparse.Namespace) -> int:
    """Become the command."""
    command = args.command[1:] if args.command[:1] == ["--"] else args.command
    if not command:
        warn("say what to run: maskwire exec -- COMMAND …")
        return Exit.MISUSE
    program = shutil.which(command[0])
    if program is None:
        warn(f"there is no command {command[0]!r}")
        return NOT_FOUND
    status = running_or_started()
    _say_what_is_not_covered(status, command, java=args.java)
    how = route(status, os.environ, java=args.java)
    environ = {**os.environ, **route_variables(how, os.environ)}
    return _become(program, command, environ)


def _become(program: str, command: list[str], environ: dict[str, str]) -> int:
    """Replace this process by the command; where a system cannot do that, run it and leave as it leaves."""
    if sys.platform == "win32":
        return subprocess.run(command, env=environ, executable=program, check=False).returncode
    return os.execve(program, command, environ)  # noqa: S606 - the person's own command


def _say_what_is_not_covered(status: Status, command: list[str], *, java: bool) -> None:
    for line in warnings(os.environ):
        warn(line)
    if sentence := uncovered(command, java=java):
        warn(sentence)
    if status.state == "paused":
        masked = "nothing is masked, keys and passwords neither" if status.secrets_pass else "only secrets are masked"
        warn(f"protection is paused: {masked}; `maskwire resume` ends that")
