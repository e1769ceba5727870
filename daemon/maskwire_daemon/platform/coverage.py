"""Which programs would go past the proxy whatever variables they get. IO: reads a script's first line, asks Node.

What is told errs on the side of telling: a program of these kinds may be one that obeys.
"""

import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from maskwire_daemon.platform.pythons import has_package, named_first

NODE_COMMANDS = frozenset({"node", "nodejs", "npm", "npx", "pnpm", "yarn", "tsx", "ts-node"})
JAVA_COMMANDS = frozenset({"java", "mvn", "gradle", "gradlew", "sbt", "kotlin", "scala", "jshell"})

READ_VARIABLES_THEMSELVES = frozenset({"claude", "codex", "copilot", "gemini", "opencode"})
"""Programs that npm starts by a script for Node and that obey the variables under any: they were run under Node 20."""

BROWSERS = frozenset(
    {
        *("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "brave", "brave-browser"),
        *("microsoft-edge", "msedge", "vivaldi", "opera", "firefox", "firefox-esr"),
        *("electron", "code", "code-insiders", "codium", "cursor", "windsurf"),
    }
)
"""Browsers, and what is built from one: on a desktop they read its settings instead of variables, they trust a store
of their own, and one that runs already only gets another window."""

ELSEWHERE = frozenset({"sudo", "doas", "su", "ssh", "docker", "podman"})
"""Programs that start others as somebody else or somewhere else, without the variables that they were given."""

PREFIXES = frozenset({"env", "nice", "nohup", "setsid", "stdbuf", "time"})
"""Programs that become the command behind them."""

NODE_VERSION_S = 2.0
"""Seconds that ``node --version`` may take."""


def uncovered(command: Sequence[str], *, java: bool, environ: Mapping[str, str] = os.environ) -> str:
    """Return why ``command`` may reach a provider unprotected, as a sentence with a remedy; ``""`` when it may not.

    ``java`` tells that Java's options are set.
    """
    command = _behind_prefixes(command)
    program, named = runtime(command[0]), Path(command[0]).stem.lower()
    if program in JAVA_COMMANDS:
        return "" if java else "Java reads no proxy variables: run it with `maskwire exec --java -- …`"
    if named in ELSEWHERE:
        return (
            f"what {named} starts gets none of maskwire's variables and is NOT protected unless you hand them on: "
            "`maskwire env` prints them"
        )
    if named in BROWSERS:
        return (
            f"{named} may follow the desktop's settings in place of variables, and trusts a store of its own, so it "
            "may NOT be protected: `maskwire capture on system`, and `maskwire trust install`"
        )
    if program in NODE_COMMANDS and named not in READ_VARIABLES_THEMSELVES:
        return _node(command[0])
    if has_package(command, "aiohttp", environ):
        return (
            "this Python has aiohttp, which goes past the proxy, NOT protected, where a program does not give it "
            "trust_env=True: do so, or use a base URL (`maskwire capture on base-urls`)"
        )
    return ""


def _node(command: str) -> str:
    if node_honours_proxy(version := _node_version(command)):
        return ""
    found = f"Node {'.'.join(map(str, version))}" if version else "this Node"
    return f"{found} reads no proxy variables, so its requests are NOT protected: use Node 24 or newer"


def _behind_prefixes(command: Sequence[str]) -> Sequence[str]:
    """Return ``command`` without what only becomes it: ``env NAME=value``, ``nohup`` and the like."""
    words = list(command)
    while Path(words[0]).name in PREFIXES:
        rest = words[1:]
        while rest and (rest[0].startswith("-") or "=" in rest[0]):
            rest = rest[1:]
        if not rest:
            break
        words = rest
    return words


def runtime(command: str) -> str:
    """Return the name of the interpreter that runs ``command``: its own name, or that of its first line."""
    name = Path(command).name.lower().removesuffix(".exe").removesuffix(".cmd")
    if name in NODE_COMMANDS | JAVA_COMMANDS:
        return name
    words = named_first(shutil.which(command) or command)
    names = [Path(word).name for word in words if not word.startswith("-") and "=" not in word]
    return next((n for n in names if n != "env"), name)


def node_honours_proxy(version: tuple[int, ...]) -> bool:
    """Tell whether a Node of ``version`` obeys ``NODE_USE_ENV_PROXY``; an unknown version counts as one that does.

    Source: https://nodejs.org/api/cli.html#node_use_env_proxy1
    """
    return not version or version >= (24,) or (22, 21) <= version < (23,)


def _node_version(command: str) -> tuple[int, ...]:
    """Return the version of the Node that ``command`` is or, being a script, would find; nothing when it won't say."""
    node = command if Path(command).stem.lower() in ("node", "nodejs") else "node"
    try:
        found = subprocess.run(
            [node, "--version"], capture_output=True, text=True, timeout=NODE_VERSION_S, check=True
        ).stdout
        return tuple(int(part) for part in found.strip().removeprefix("v").split("-")[0].split("."))
    except (OSError, subprocess.SubprocessError, ValueError):
        return ()
