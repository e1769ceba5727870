"""A pack that is wrong says where and why."""

from pathlib import Path

import pytest

from maskwire.detect.rule import load_pack
from maskwire.errors import ConfigError

GOOD = '[[rule]]\nid = "x.y"\nentity = "CUSTOM"\npattern = "ab+"\n'


def load(folder: Path, text: str) -> ConfigError:
    file = folder / "mine.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load_pack(file)
    return caught.value


def test_a_good_pack_loads(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(GOOD, encoding="utf-8")

    assert [rule.id for rule in load_pack(file)] == ["x.y"]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('pattern = "(?<=a)b"', "look-around"),
        ('pattern = "(a)\\\\1"', "back-references"),
        ('pattern = "("', "missing"),
        ('pattern = "a*"', "empty text"),
        ('checks = ["nope"]', "unknown check 'nope'"),
        ('edges = "nope"', "unknown edges 'nope'"),
        ("score = 2.0", "score must be"),
        ("score = true", "score must be a number"),
        ("requires_context = true", "context words"),
        ('context = ["@none"]', "no list of [contexts]"),
        ('colour = "red"', "unknown key 'colour'"),
        ("match = 3", "match must be a list"),
    ],
)
def test_a_wrong_rule_names_file_line_rule_and_reason(tmp_path: Path, line: str, reason: str) -> None:
    second = GOOD.replace("x.y", "x.z")
    key = line.split(" ")[0]
    second = "\n".join(old for old in second.splitlines() if not old.startswith(f"{key} ")) + f"\n{line}\n"

    error = load(tmp_path, GOOD + "\n" + second)

    assert error.file == tmp_path / "mine.toml"
    assert error.line == 6
    assert "x.z" in str(error)
    assert reason in str(error)


def test_a_file_that_is_no_toml_is_refused(tmp_path: Path) -> None:
    assert "mine.toml" in str(load(tmp_path, "[[rule]\n"))
