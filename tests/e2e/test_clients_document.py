"""The document about clients names what the tests install, and nothing else."""

import json
import re

import pytest

from tests.e2e.clients.node_programs import NODE
from tests.e2e.clients.trial import HERE, ROOT
from tests.e2e.test_codex import VERSION

DOCUMENT = (ROOT / "docs" / "clients.md").read_text(encoding="utf-8")

PYTHON = sorted(
    (name, version)
    for script in HERE.glob("*.py")
    for name, version in re.findall(r'"([\w-]+)==([\d.]+)"', script.read_text(encoding="utf-8"))
)
NODES = sorted(json.loads((HERE / "node" / "package.json").read_text(encoding="utf-8"))["dependencies"].items())


def row(name: str) -> str:
    """Return the rows of the table that are about ``name``."""
    return "\n".join(line for line in DOCUMENT.splitlines() if line.startswith((f"| `{name}`", f"| {name}")))


@pytest.mark.parametrize(("name", "version"), [*PYTHON, *NODES, ("Codex CLI", VERSION)])
def test_a_client_stands_in_the_table_with_its_version(name: str, version: str) -> None:
    assert f"| {version} |" in row(name)


def test_the_node_that_runs_them_is_named() -> None:
    assert f"Node {NODE}" in DOCUMENT
