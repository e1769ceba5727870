"""Which programs would go past the proxy whatever variables they get. IO: reads a script's first line, asks Node."""

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

NODE_COMMANDS = frozenset({"node", "nodejs", "npm", "npx", "pnpm", "yarn", "tsx", "ts-node"})
JAVA_COMMANDS = frozenset({"java", "mvn", "gradle", "gradlew", "sbt", "kotlin", "scala", "jshell"})

READ_VARIABLES_THEMSELVES = frozenset({"claude", "codex", "copilot", "gemini", "opencode"})
"""Programs that npm starts by a script for Node and that obey the variables under any: they were run under Node 20."""

NODE_VERSION_S = 2.0
"""Seconds that ``node --version`` may take."""


def uncovered(command: Sequence[str], *, java: bool) -> str:
    """Return why ``command`` may reach a provider unprotected, as a sentence with a remedy; ``""`` when it may not.

    ``java`` tells that Java's options are set.
    """
    program = runtime(command[0])
    if program in JAVA_COMMANDS and not java:
        return "Java reads no proxy variables: run it with `maskwire exec --java -- …`"
    named = Path(command[0]).stem.lower()
    if program not in NODE_COMMANDS or named in READ_VARIABLES_THEMSELVES:
        return ""
    if not node_honours_proxy(version := _node_version(command[0])):
        found = f"Node {'.'.join(map(str, version))}" if version else "this Node"
        return f"{found} reads no proxy variables, so its requests are NOT protected: use Node 24 or newer"
    return ""


def runtime(command: str) -> str:
    """Return the name of the interpreter that runs ``command``: its own name, or that of its first line."""
    name = Path(command).name.lower().removesuffix(".exe").removesuffix(".cmd")
    if name in NODE_COMMANDS | JAVA_COMMANDS:
        return name
    found = shutil.which(command)
    try:
        with open(found or command, "rb") as file:  # noqa: PTH123 - 256 bytes of a file that may be anything
            first = file.read(256).split(b"\n", 1)[0]
    except OSError:
        return name
    if not first.startswith(b"#!"):
        return name
    words = first[2:].decode("utf-8", "replace").split()
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
