"""What a Python that a command would run has installed, without running it. IO: looks for folders, reads small files.

Which packages it uses cannot be told from outside; whether it could is told by the folders that it imports from.
Source: https://docs.python.org/3/library/site.html
Source: https://packaging.python.org/en/latest/specifications/inline-script-metadata/
"""

import os
import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

PYTHON = re.compile(r"(python|pypy)[\d.]*w?t?")
"""Names of interpreters."""

RUNNERS = frozenset({"uv", "uvx", "poetry", "pdm", "hatch", "pipenv", "rye"})
"""Programs that run a Python in an environment that they choose."""

SITES = (
    "lib/python*/site-packages",
    "lib/python*/dist-packages",
    "local/lib/python*/dist-packages",
    "Lib/site-packages",
)
"""Where an installation keeps packages: as everybody does, as Debian does, and as Windows does."""

SCRIPT_BYTES = 64 * 1024
"""Bytes of a script in which it may name what it needs."""


def has_package(command: Sequence[str], name: str, environ: Mapping[str, str] = os.environ) -> bool:
    """Tell whether the Python behind ``command`` could import the package ``name``; false for what is no Python."""
    program = Path(command[0]).name.lower().removesuffix(".exe")
    if program in RUNNERS:
        return _names(command[1:], name) or any(_holds(site, name) for site in _chosen(environ))
    interpreter = interpreter_of(command[0])
    if interpreter is None:
        return False
    return any(_holds(site, name) for site in (*sites(interpreter), *_own(environ)))


def interpreter_of(command: str) -> Path | None:
    """Return the interpreter that ``command`` is, or that its first line names; ``None`` when that is no Python."""
    found = shutil.which(command)
    if found is None:
        return None
    if PYTHON.fullmatch(Path(command).name.lower().removesuffix(".exe")):
        return Path(found)
    named = next((word for word in named_first(found) if PYTHON.fullmatch(Path(word).name.lower())), None)
    there = shutil.which(named) if named is not None else None
    return Path(there) if there is not None else None


def named_first(program: str) -> list[str]:
    """Return the words of a script's first line that name what runs it; none where it is no script to be read."""
    try:
        with open(program, "rb") as file:  # noqa: PTH123 - a line of a file that may be anything
            first = file.readline(256)
    except OSError:
        return []
    return first[2:].decode("utf-8", "replace").split() if first.startswith(b"#!") else []


def sites(interpreter: Path) -> Iterator[Path]:
    """Yield the folders that ``interpreter`` imports packages from, as far as its place tells."""
    root = interpreter.parent.parent
    if (settings := root / "pyvenv.cfg").is_file():
        yield from _sites_below(root)
        text = settings.read_text(encoding="utf-8", errors="replace").lower()
        if not re.search(r"^include-system-site-packages\s*=\s*true", text, re.MULTILINE):
            return
    if interpreter.parent.name == "shims":  # pyenv: a script there chooses one of these
        for version in (root / "versions").glob("*"):
            yield from _sites_below(version)
        return
    base = interpreter.resolve().parent
    yield from _sites_below(base if (base / "Lib").is_dir() else base.parent)


def _sites_below(root: Path) -> Iterator[Path]:
    return (site for pattern in SITES for site in root.glob(pattern))


def _own(environ: Mapping[str, str]) -> Iterator[Path]:
    """Yield what the person's variables and home add."""
    yield from (Path(place) for place in environ.get("PYTHONPATH", "").split(os.pathsep) if place)
    yield from _sites_below(Path(environ.get("HOME", "~")).expanduser() / ".local")


def _chosen(environ: Mapping[str, str]) -> Iterator[Path]:
    """Yield the folders of the environment that a runner chooses here: the active one, or the project's."""
    active = environ.get("VIRTUAL_ENV") or environ.get("UV_PROJECT_ENVIRONMENT")
    places = [Path(active)] if active else [folder / ".venv" for folder in (Path.cwd(), *Path.cwd().parents)]
    for place in places:
        yield from _sites_below(place)


def _holds(site: Path, name: str) -> bool:
    return (site / name).is_dir()


def _names(words: Sequence[str], package: str) -> bool:
    """Tell whether a runner's words, or the script among them, ask for ``package``."""
    named = re.compile(rf"(^|[\s\"',=]){re.escape(package)}($|[^\w.-])", re.MULTILINE | re.IGNORECASE)
    if any(named.search(word) for word in words):
        return True
    script = next((Path(word) for word in words if word.endswith(".py") and Path(word).is_file()), None)
    if script is None:
        return False
    with script.open(encoding="utf-8", errors="replace") as file:
        text = file.read(SCRIPT_BYTES)
    block = re.search(r"^# /// script$(.*?)^# ///$", text, re.MULTILINE | re.DOTALL)
    return block is not None and named.search(block[1]) is not None
