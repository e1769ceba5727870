"""A change of the file is seen once; a wrong one is an error value, never an exception."""

import os
from pathlib import Path

from maskwire.errors import ConfigError
from maskwire_daemon.config.settings import Config
from maskwire_daemon.config.watch import ConfigWatch

KNOWN = ("api.openai.com",)


def write(file: Path, text: str) -> None:
    """Replace the file, with a time that surely differs."""
    before = file.stat().st_mtime_ns if file.exists() else 0
    file.write_text(text)
    os.utime(file, ns=(before + 10**9, before + 10**9))


def test_nothing_changed_means_nothing_to_do(tmp_path: Path) -> None:
    watch = ConfigWatch(tmp_path / "config.toml", KNOWN)

    assert watch.poll() is None


def test_a_new_file_and_each_change_are_seen_once(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    watch = ConfigWatch(file, KNOWN)
    write(file, "[proxy]\nport = 1\n")
    first = watch.poll()
    write(file, "[proxy]\nport = 2\n")
    second = watch.poll()

    assert isinstance(first, Config)
    assert isinstance(second, Config)
    assert (first.proxy.port, second.proxy.port) == (1, 2)
    assert watch.poll() is None


def test_a_wrong_file_is_reported_and_its_repair_is_seen(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    watch = ConfigWatch(file, KNOWN)
    write(file, "[proxy]\nprot = 1\n")

    assert isinstance(watch.poll(), ConfigError)

    write(file, "")

    assert Config() == watch.poll()


def test_a_removed_file_is_the_default_again(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    write(file, "[proxy]\nport = 1\n")
    watch = ConfigWatch(file, KNOWN)
    file.unlink()

    assert Config() == watch.poll()
