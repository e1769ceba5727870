"""The documents tell the truth: their commands exist, their links lead somewhere, every command is described."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from maskwire_daemon.cli.main import SUMMARIES, load, parser
from tests.arch.sources import ROOT

DOCUMENTS = [ROOT / "README.md", ROOT / "SECURITY.md", *sorted((ROOT / "docs").glob("*.md"))]


def code(document: Path) -> Iterator[str]:
    """Yield each line of code of ``document``: in fenced blocks, and each piece between backticks."""
    fenced = False
    for line in document.read_text(encoding="utf-8").splitlines():
        if line.startswith("```"):
            fenced = not fenced
        elif fenced:
            yield line
        else:
            yield from re.findall(r"`([^`]+)`", line)


def commands(document: Path) -> Iterator[list[str]]:
    """Yield the arguments of each ``maskwire`` call that ``document`` shows, without comments and other programs."""
    for line in code(document):
        for call in re.split(r"&&|\|", line.partition("  #")[0]):
            words = shlex.split(call, posix=False) if call.count('"') % 2 == 0 and "'" not in call else call.split()
            while words and ("=" in words[0] or words[0] in ("uv", "run", "$")):
                words = words[1:]
            if words[:1] == ["maskwire"] and len(words) > 1 and re.fullmatch(r"[a-z]+", words[1]):
                yield words[1:]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda p: p.name)
def test_the_commands_that_a_document_shows_exist(document: Path) -> None:
    unknown = []
    for name, *arguments in commands(document):
        if name not in SUMMARIES:
            unknown.append(name)
            continue
        ours = arguments[: arguments.index("--")] if "--" in arguments else arguments
        options = parser(name, load(name)).format_help()
        unknown += [
            f"{name} {word}" for word in ours if word.startswith("--") and word.partition("=")[0] not in options
        ]

    assert unknown == []


@pytest.mark.parametrize("name", SUMMARIES)
def test_every_command_has_help_and_is_described(name: str) -> None:
    described = "\n".join(document.read_text(encoding="utf-8") for document in DOCUMENTS)
    about = parser(name, load(name)).format_help()

    assert "Examples:" in about
    assert f"maskwire {name}" in described


@pytest.mark.parametrize("document", [*DOCUMENTS, ROOT / "CHANGELOG.md"], ids=lambda p: p.name)
def test_links_lead_to_files_that_exist(document: Path) -> None:
    links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", document.read_text(encoding="utf-8"))

    assert [link for link in links if not (document.parent / link).exists()] == []


def test_the_readme_starts_with_the_two_commands_of_a_fresh_machine() -> None:
    lines = (ROOT / "README.md").read_text(encoding="utf-8").splitlines()
    shown = [line for line in lines[:12] if line.startswith("pip install uv")]

    assert [line.partition("#")[0].strip() for line in shown] == [
        "pip install uv && uv run maskwire up",
        "pip install uv && uv run pytest",
    ]


@pytest.mark.parametrize(
    "document", ["LICENSE", "NOTICE", "SECURITY.md", "docs/threat-model.md", "docs/performance.md"]
)
def test_a_document_that_people_look_for_is_there(document: str) -> None:
    assert len((ROOT / document).read_text(encoding="utf-8").split()) > 100
