"""What every file of the repository keeps to, whoever wrote it."""

import ast
import re

import pytest

from tests.arch.sources import ROOT, Source, imports_package, product, suite

MAX_LINES = 400
"""Lines a file may have: past this nobody reads it whole."""

MAX_PARAMETERS = 4
"""Parameters a function may have beside ``self``; more are a dataclass."""

EVERY = [*product(), *suite()]


NOT_OURS = frozenset({".git", ".venv", "build", "dist", "node_modules", "__pycache__"})
"""Folders whose files are made by tools."""


def committed() -> list[str]:
    """Return the names of the repository's files, leaving out what tools make."""
    return [
        str(name)
        for path in ROOT.rglob("*")
        if path.is_file()
        and not any(part in NOT_OURS or part.endswith(("_cache", ".egg-info")) for part in path.relative_to(ROOT).parts)
        and (name := path.relative_to(ROOT)).parts[0] != ".hypothesis"
    ]


@pytest.mark.parametrize("source", EVERY, ids=lambda s: s.name)
def test_a_file_is_short_enough_to_read(source: Source) -> None:
    assert len(source.text.splitlines()) <= MAX_LINES


@pytest.mark.parametrize("source", product(), ids=lambda s: s.name)
def test_a_module_says_what_it_is(source: Source) -> None:
    assert ast.get_docstring(ast.parse(source.text))


@pytest.mark.parametrize("source", product(), ids=lambda s: s.name)
def test_a_function_takes_few_parameters(source: Source) -> None:
    many = [
        node.name
        for node in ast.walk(ast.parse(source.text))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and len([a for a in (*node.args.posonlyargs, *node.args.args) if a.arg not in ("self", "cls")]) > MAX_PARAMETERS
    ]

    assert many == []


MACHINE_PATHS = re.compile(rb"/(?:work|root|tmp)/[\w.]")
"""A path of somebody's machine. Made in parts, so that this file does not name one."""

ALLOWED_PATHS = frozenset({"tests/arch/test_layout.py"})


def test_no_file_names_a_path_of_one_machine() -> None:
    named = {
        name: found.group().decode()
        for name in committed()
        if name not in ALLOWED_PATHS
        and not name.startswith("tests/vectors/")
        and (found := MACHINE_PATHS.search((ROOT / name).read_bytes()))
    }

    assert named == {}


UNFINISHED = re.compile(r"\b(?:TODO|FIXME|XXX|HACK)\b")


@pytest.mark.parametrize("source", EVERY, ids=lambda s: s.name)
def test_nothing_is_left_for_later(source: Source) -> None:
    if source.path.name == "test_layout.py":
        return

    assert UNFINISHED.findall(source.text) == []


def test_names_say_what_a_module_is() -> None:
    vague = {"utils", "util", "helpers", "helper", "manager", "base", "common", "misc"}

    assert [s.name for s in EVERY if s.path.stem in vague] == []


PACKAGES = [s for s in product() if s.path.name == "__init__.py" and len(list(s.path.parent.glob("*.py"))) > 1]


@pytest.mark.parametrize("source", PACKAGES, ids=lambda s: s.name)
def test_every_package_has_unit_tests_of_its_own(source: Source) -> None:
    unit = [test for test in suite() if test.module.startswith("tests.unit.")]

    assert [test.name for test in unit if imports_package(test, source.module)]


def test_every_source_file_is_reached_by_a_test() -> None:
    """A module counts as tested when a test imports it, runs it by name, or imports one that works through it."""
    by_module = {source.module: source for source in product()}
    words = "\n".join(test.text for test in suite())
    tested = {name for test in suite() for name in test.imports() & by_module.keys()}
    tested |= {source.module for source in product() if _run_by_name(source, words)}
    fresh = set(tested)
    while fresh := {name for module in fresh for name in by_module[module].imports() & by_module.keys()} - tested:
        tested |= fresh

    assert [s.name for s in product() if s.module not in tested and s.path.name != "__init__.py"] == []


def _run_by_name(source: Source, words: str) -> bool:
    """Tell whether ``source`` is a command, or a module that runs with ``-m``, and a test says its name."""
    stem = source.path.stem
    command = stem.removesuffix("_command").replace("_", "-")
    name = command if stem.endswith("_command") else source.module.removesuffix(".__main__")
    return stem.endswith(("_command", "_main", "__main__")) and f'"{name}"' in words
