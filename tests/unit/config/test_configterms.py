"""A word joins those of the settings, and nothing else in the file changes."""

from pathlib import Path

import pytest

from maskwire.errors import ConfigError
from maskwire.wire.hosts import known_hosts
from maskwire_daemon.config.edit import add_term


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", '[words]\nterms = ["Heron"]\n'),
        ('# a\n[words] # b\nterms = ["Ibis"] # c\n', '# a\n[words] # b\nterms = ["Ibis", "Heron"] # c\n'),
        ("[words]\nterms = ['Heron']\n", "[words]\nterms = ['Heron']\n"),
    ],
)
def test_a_word_is_added_once_and_comments_stay(tmp_path: Path, before: str, after: str) -> None:
    file = tmp_path / "config.toml"
    file.write_text(before, encoding="utf-8")
    add_term(file, "Heron", known_hosts())

    assert file.read_text(encoding="utf-8") == after


def test_a_wrong_file_is_left_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text("words = 3\n", encoding="utf-8")

    with pytest.raises(ConfigError):
        add_term(file, "Heron", known_hosts())

    assert file.read_text(encoding="utf-8") == "words = 3\n"
