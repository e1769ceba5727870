"""The person's own rule packs: read whole, and every mistake named with file, line, rule and reason."""

from pathlib import Path

import pytest

from maskwire.errors import ConfigError
from maskwire_daemon.detection.ownrules import listing, own_rules

GOOD = """\
[[rule]]
id = "badge"
entity = "CUSTOM"
pattern = 'BDG-\\d{4}'
match = ["«BDG-1234»"]
"""


def test_no_folder_is_no_rule(tmp_path: Path) -> None:
    assert own_rules(tmp_path / "rules") == ()
    assert listing(tmp_path / "rules") == ()


def test_packs_are_read_in_order_of_their_names(tmp_path: Path) -> None:
    (tmp_path / "b.toml").write_text(GOOD.replace("badge", "second"))
    (tmp_path / "a.toml").write_text(GOOD)
    (tmp_path / "notes.txt").write_text("not a pack")

    assert [rule.id for rule in own_rules(tmp_path)] == ["own.badge", "own.second"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            f"{GOOD}\n[[rule]]\nid = 'x'\nentity = 'CUSTOM'\npattern = '(?=a)'\n",
            "a.toml:7: x: the pattern cannot be used",
        ),
        (
            f"{GOOD}\n[[rule]]\nid = 'x'\nentity = 'CUSTOM'\npattern = 'a*'\n",
            "a.toml:7: x: the pattern matches the empty",
        ),
        (f"{GOOD}\n[[rule]]\nid = 'x'\nentity = 'PERSN'\npattern = 'a'\n", "a.toml:8: x: no such kind of value: PERSN"),
        (f"{GOOD}\n[[rule]]\nid = 'badge'\nentity = 'CUSTOM'\npattern = 'a'\n", "badge: stands in a.toml too"),
        (f"{GOOD}\n[[rule]]\nid = 'x'\nchecks = ['no']\nentity='CUSTOM'\npattern='a'\n", "a.toml:7: x: "),
        (f"{GOOD}scor = 1\n", "a.toml:1: badge: unknown key 'scor'"),
        (f"{GOOD}\n[[rule]\n", "a.toml:7: "),
        ("rule = 3\n", "a.toml: a pack holds tables [[rule]]"),
    ],
)
def test_a_mistake_names_file_line_rule_and_reason(text: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(text)
    with pytest.raises(ConfigError) as caught:
        own_rules(tmp_path)

    assert said in str(caught.value)


def test_a_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_bytes(b"\xff\xfe")

    with pytest.raises(ConfigError, match=r"a\.toml: is not UTF-8 text"):
        own_rules(tmp_path)


def test_every_change_of_a_pack_shows(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(GOOD)
    seen = listing(tmp_path)
    (tmp_path / "a.toml").write_text(GOOD + "\n")

    assert listing(tmp_path) != seen
    (tmp_path / "a.toml").unlink()
    assert listing(tmp_path) == ()
