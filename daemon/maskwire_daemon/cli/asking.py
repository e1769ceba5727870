"""What commands ask of the person. IO: the terminal, where there is one; secrets may be in variables instead."""

import getpass
import os
import sys


def typed(question: str) -> str:
    """Return what the person types at ``question``, ``""`` where there is no terminal."""
    if not sys.stdin.isatty():
        return ""
    sys.stderr.write(question)
    sys.stderr.flush()
    return sys.stdin.readline().strip()


def agreed(question: str) -> bool:
    """Tell whether the person says yes to ``question``; where there is no terminal, nobody does."""
    return typed(f"{question} [y/N] ").lower() in ("y", "yes")


def secret(variable: str, prompt: str) -> str | None:
    """Return a secret from the environment's ``variable``, else as it is typed unseen; ``None`` without a terminal."""
    if (given := os.environ.get(variable)) is not None:
        return given
    return getpass.getpass(prompt) if sys.stdin.isatty() else None
