"""What is shipped is what runs: no tests, no compilers' sources, every licence named, nothing from elsewhere read."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

from tests.arch.sources import ROOT


def load() -> ModuleType:
    """Return the script as a module."""
    spec = importlib.util.spec_from_file_location("payload", ROOT / "installers" / "payload.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def payload() -> ModuleType:
    return load()


def files(folder: Path) -> list[str]:
    return sorted(file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file())


def make(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("")


def test_only_what_runs_is_kept(tmp_path: Path, payload: ModuleType) -> None:
    kept = ("site/spacy/language.py", "site/spacy/lang/en/stop_words.py", "site/spacy/parts.so", "site/latest/x.py")
    make(tmp_path, *kept, "site/spacy/tests/test_language.py", "site/spacy/language.pyx", "site/spacy/parts.cpp")
    make(tmp_path, "site/pip/__init__.py", "site/pip-26.0.dist-info/METADATA", "site/bin/tqdm")

    payload.prune(tmp_path)

    assert files(tmp_path) == sorted(kept)


def test_every_package_is_named_with_its_licence(tmp_path: Path, payload: ModuleType) -> None:
    for name, licence in (
        ("one", "License-Expression: MIT"),
        ("two", "License: Zope\n  with more lines"),
        ("three", "Classifier: License :: OSI Approved :: BSD License\nLicense: see it"),
        ("four", "Summary: says nothing"),
    ):
        make(tmp_path, f"{name}-1.0.dist-info/METADATA")
        (tmp_path / f"{name}-1.0.dist-info/METADATA").write_text(f"Name: {name}\nVersion: 1.0\n{licence}\n\nText\n")

    payload.write_licences(tmp_path, tmp_path / "list")

    assert (tmp_path / "list").read_text().splitlines()[2:] == [
        "four 1.0: see its text",
        "one 1.0: MIT",
        "three 1.0: BSD License",
        "two 1.0: Zope",
    ]


def test_byte_code_holds_whatever_the_times_of_files_are(tmp_path: Path, payload: ModuleType) -> None:
    make(tmp_path, "site/one.py")
    payload.compile_all(tmp_path / "site")
    (compiled,) = (tmp_path / "site" / "__pycache__").glob("*.pyc")

    assert compiled.read_bytes()[4:8] == (0b01).to_bytes(4, "little")
    assert str(tmp_path).encode() not in compiled.read_bytes()


@pytest.mark.skipif(sys.platform != "linux", reason="tools of Linux")
def test_a_build_ends_where_a_command_fails(payload: ModuleType) -> None:
    with pytest.raises(payload.subprocess.CalledProcessError):
        payload.run("false")
