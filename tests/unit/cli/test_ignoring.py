"""``.gitignore`` is read as git reads it, which git itself confirms where it is installed."""

import shutil
import subprocess
from pathlib import Path, PurePosixPath

import pytest

from maskwire_daemon.cli.ignoring import Ignoring, ignored
from maskwire_daemon.cli.textfiles import TextFiles

LINES = {
    "*.log": ["a.log", "deep/er/a.log"],
    "/top.txt": ["top.txt"],
    "build/": ["build/x", "sub/build/y"],
    "docs/*.md": ["docs/a.md"],
    "**/gen/*.py": ["gen/a.py", "a/b/gen/c.py"],
    "data/**": ["data/a", "data/b/c"],
    "a/**/z": ["a/z", "a/b/c/z"],
    "file[0-9].c": ["file1.c"],
    "file[!0-9].c": ["filex.c"],
    "q?.h": ["q1.h"],
    "\\!odd": ["!odd"],
    "trail.x   ": ["trail.x"],
}
PATHS = sorted({path for paths in LINES.values() for path in paths} | {"docs/sub/a.md", "sub/top.txt", "x/fileyz.c"})


def kept(folder: Path, *, everything: bool = False) -> set[str]:
    found = {str(Path(name).relative_to(folder)) for name, _ in TextFiles([folder], everything=everything)}
    return found - {".gitignore", "sub/.gitignore"}


def write(folder: Path, ignore: str, paths: list[str]) -> None:
    for path in paths:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text("text")
    (folder / ".gitignore").write_text(ignore)


@pytest.mark.parametrize("line", LINES)
def test_a_line_leaves_out_what_it_names(line: str, tmp_path: Path) -> None:
    write(tmp_path, f"# comment\n\n{line}\n", PATHS)

    assert set(PATHS) - set(LINES[line]) == kept(tmp_path)
    assert set(PATHS) == kept(tmp_path, everything=True)


def test_later_and_inner_lines_win(tmp_path: Path) -> None:
    write(tmp_path, "*.txt\n!keep.txt\n", ["a.txt", "keep.txt", "sub/a.txt", "sub/b.txt", "sub/keep.txt"])
    (tmp_path / "sub" / ".gitignore").write_text("!a.txt\nkeep.txt\n")

    assert kept(tmp_path) == {"keep.txt", "sub/a.txt"}


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed here")
def test_git_agrees(tmp_path: Path) -> None:
    write(tmp_path, "\n".join([*LINES, "!deep/er/a.log", "!build/x"]), PATHS)
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    listed = ["git", "-C", str(tmp_path), "ls-files", "-coz", "--exclude-standard"]
    files = subprocess.run(listed, check=True, capture_output=True, text=True).stdout.split("\0")

    assert set(filter(None, files)) - {".gitignore"} == kept(tmp_path)


@pytest.mark.parametrize("line", ["[z-a]", "[", "!", "/", "   "])
def test_a_line_that_means_nothing_leaves_nothing_out(line: str) -> None:
    files = [Ignoring.of(PurePosixPath("top"), line)]

    assert not ignored(PurePosixPath("top/abc"), files, is_folder=False)


def test_binary_and_unreadable_files_are_counted(tmp_path: Path) -> None:
    (tmp_path / "image").write_bytes(b"\0\1")
    (tmp_path / "text").write_text("text")
    files = TextFiles([tmp_path, tmp_path / "missing"])

    assert [text for _, text in files] == ["text"]
    assert (files.binary, files.unread) == (1, 1)
