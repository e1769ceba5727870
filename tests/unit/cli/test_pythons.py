"""What a Python would import is told by folders alone, and programs that may go past the proxy are named."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from maskwire_daemon.platform.coverage import uncovered
from maskwire_daemon.platform.pythons import has_package, interpreter_of


def program(path: Path, text: str = "") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o700)
    return path


def environment(folder: Path, *packages: str, settings: str = "") -> Path:
    """Make what looks like a virtual environment, and return its interpreter."""
    (folder / "pyvenv.cfg").parent.mkdir(parents=True, exist_ok=True)
    (folder / "pyvenv.cfg").write_text(settings)
    for package in packages:
        (folder / "lib" / "python3.13" / "site-packages" / package).mkdir(parents=True)
    return program(folder / "bin" / "python")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home with nothing in it, and a search path with nothing on it."""
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    return tmp_path


def found(command: list[str], home: Path, **variables: str) -> bool:
    return has_package(command, "aiohttp", {"HOME": str(home), **variables})


def test_an_environment_tells_what_it_holds(home: Path) -> None:
    assert found([str(environment(home / "a", "aiohttp")), "x.py"], home)
    assert not found([str(environment(home / "b", "httpx")), "x.py"], home)


def test_a_script_is_run_by_the_python_of_its_first_line(home: Path) -> None:
    python = environment(home / "a", "aiohttp")
    script = program(home / "bin" / "chat", f"#!{python}\nprint()\n")
    other = program(home / "bin" / "other", "#!/bin/sh\n")

    assert interpreter_of("chat") == python
    assert found(["chat"], home)
    assert found([str(script)], home)
    assert not found([str(other)], home)
    assert not found(["there-is-none"], home)


def test_env_in_a_first_line_is_followed(home: Path) -> None:
    environment(home, "aiohttp")
    program(home / "bin" / "python3")
    program(home / "bin" / "chat", "#!/usr/bin/env -S python3 -u\n")

    assert found(["chat"], home)


def test_an_environment_may_see_its_systems_packages(home: Path) -> None:
    (home / "usr" / "lib" / "python3" / "dist-packages" / "aiohttp").mkdir(parents=True)
    system = program(home / "usr" / "bin" / "python3.13")
    for name, settings in (("sees", "include-system-site-packages = true\n"), ("alone", "")):
        python = environment(home / name, settings=settings)
        python.unlink()
        python.symlink_to(system)

    assert found([str(system)], home)
    assert found([str(home / "sees" / "bin" / "python")], home)
    assert not found([str(home / "alone" / "bin" / "python")], home)


@pytest.mark.parametrize("place", ["pyenv", "PYTHONPATH", "own"])
def test_packages_in_other_places(home: Path, place: str) -> None:
    pyenv, path, own = home / "pyenv", home / "more", home / ".local" / "lib" / "python3.12" / "site-packages"
    folder = {"pyenv": pyenv / "versions" / "3.13.0" / "lib" / "python3.13" / "site-packages", "PYTHONPATH": path}
    (folder.get(place, own) / "aiohttp").mkdir(parents=True)
    python = program(pyenv / "shims" / "python3.13", "#!/usr/bin/env bash\n")

    assert found([str(python)], home, PYTHONPATH=str(path))


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (["run", "--with", "aiohttp", "x"], True),
        (["run", "--with=aiohttp>=3.1,<4", "x"], True),
        (["run", "needs.py"], True),
        (["run", "plain.py"], False),
        (["run", "--with", "aiohttp-retry", "x"], False),
        (["tool", "run", "ruff"], False),
    ],
)
def test_a_runner_may_be_asked_for_a_package(home: Path, words: list[str], named: bool) -> None:
    block = '# /// script\n# dependencies = ["{}"]\n# ///\nimport sys\n'
    Path("needs.py").write_text(block.format("aiohttp==3.14.5"))
    Path("plain.py").write_text(block.format("httpx") + '"aiohttp"\n')

    assert found(["uv", *words], home) is named


def test_a_runner_takes_the_projects_environment(home: Path) -> None:
    assert not found(["poetry", "run", "chat"], home)
    environment(home / "work" / ".venv", "aiohttp")

    assert found(["poetry", "run", "chat"], home)
    assert not found(["poetry", "run", "chat"], home, VIRTUAL_ENV=str(home / "elsewhere"))


def test_what_is_told_agrees_with_the_python_that_runs() -> None:
    can = "import importlib.util, sys; sys.exit(importlib.util.find_spec(sys.argv[1]) is None)"
    for package in ("httpx", "aiohttp", "no_such_package"):
        truth = subprocess.run([sys.executable, "-c", can, package], check=False).returncode == 0

        assert has_package([sys.executable], package, os.environ) is truth


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (["sudo", "codex"], "what sudo starts"),
        (["docker", "run", "image"], "`maskwire env` prints them"),
        (["/usr/bin/chromium", "--headless"], "`maskwire capture on system`"),
        (["cursor", "."], "may NOT be protected"),
        (["env", "-u", "X=1", "A=b", "java", "-jar", "x.jar"], "--java"),
        (["nohup", "sudo", "-E", "python"], "what sudo starts"),
        (["env"], ""),
        (["env", "curl", "https://api.openai.com"], ""),
    ],
)
def test_programs_that_variables_may_not_reach(home: Path, command: list[str], said: str) -> None:
    sentence = uncovered(command, java=False, environ={"HOME": str(home)})

    assert said in sentence
    assert bool(said) is bool(sentence)


def test_aiohttp_is_named_with_its_remedies(home: Path) -> None:
    python = environment(home / "a", "aiohttp")
    sentence = uncovered(["env", "A=b", str(python), "x.py"], java=False, environ={"HOME": str(home)})

    assert "trust_env=True" in sentence
    assert "`maskwire capture on base-urls`" in sentence
