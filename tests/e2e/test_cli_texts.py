"""Texts through the command line: scanned, masked, restored, revealed, purged, with and without a daemon."""

import json
from base64 import b64encode
from pathlib import Path

import pytest

from tests.e2e.lab import Home, running_daemon

MAIL = "jane.doe@northwind-mail.com"
CARD = "4111 1111 1111 1111"
LINES: list[dict[str, object]] = [
    {"id": 1, "text": f"write to {MAIL}"},
    {"id": "two", "text": "nothing here"},
    {"id": None, "text": f"\U0001f600 e\u0301 {CARD} and {MAIL}"},
    {"id": {"deep": [3]}, "text": ""},
]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home.at(tmp_path)


def jsonl(lines: list[dict[str, object]]) -> str:
    return "".join(json.dumps(line) + "\n" for line in lines)


def read(text: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in text.splitlines()]


def test_scan_answers_each_line_in_code_points(home: Home) -> None:
    ran = home.run("scan", "--jsonl", "--rules-only", stdin=jsonl(LINES))
    found = [json.loads(line) for line in ran.stdout.splitlines()]

    assert ran.returncode == 0, ran.stderr
    assert [f["id"] for f in found] == [line["id"] for line in LINES]
    for line, spans in zip(LINES, (f["spans"] for f in found), strict=True):
        text = str(line["text"])
        values = {(s["entity"], text[s["start"] : s["end"]]) for s in spans}
        assert {("EMAIL_ADDRESS", MAIL)} & values == ({("EMAIL_ADDRESS", MAIL)} if MAIL in text else set())
        assert {("CREDIT_CARD", CARD)} & values == ({("CREDIT_CARD", CARD)} if CARD in text else set())
        assert all(0 < s["score"] <= 1 for s in spans)


def test_scan_stops_at_a_bad_line_and_names_it(home: Home) -> None:
    ran = home.run("scan", "--jsonl", "--rules-only", stdin=jsonl(LINES[:1]) + f"{MAIL}\n")

    assert ran.returncode == 1
    assert len(read(ran.stdout)) == 1
    assert "line 2 of the input is not JSON" in ran.stderr
    assert MAIL not in ran.stderr


def test_scan_of_files_hides_values(home: Home, tmp_path: Path) -> None:
    folder = tmp_path / "project"
    (folder / ".git").mkdir(parents=True)
    (folder / ".git" / "config").write_text(MAIL)
    (folder / "notes.md").write_text(f"# Notes\n\nmail {MAIL}\n")
    (folder / "image.bin").write_bytes(b"\0" + MAIL.encode())
    ran = home.run("scan", "--rules-only", str(folder))

    assert ran.returncode == 0
    assert f"{folder}/notes.md:3:6  EMAIL_ADDRESS" in ran.stdout
    assert MAIL not in ran.stdout
    assert "1 text: EMAIL_ADDRESS 1; 1 binary left out" in ran.stdout
    assert MAIL in home.run("scan", "--rules-only", "--show-values", str(folder)).stdout
    assert home.run("scan", "--rules-only", "--fail", str(folder)).returncode == 1
    assert home.run("scan", "--rules-only", "--fail", str(folder / "image.bin")).returncode == 0
    (row,) = read(home.run("scan", "--rules-only", "--json", str(folder)).stdout)
    assert row["file"] == f"{folder}/notes.md"


def test_scan_reads_standard_input(home: Home) -> None:
    assert "standard input:1:1  EMAIL_ADDRESS" in home.run("scan", "--rules-only", stdin=MAIL).stdout
    assert home.run("scan", "--jsonl", "x.txt").returncode == 2


def test_masked_lines_come_back(either: Home) -> None:
    masked = either.run("mask", "--jsonl", stdin=jsonl(LINES))
    restored = either.run("restore", "--jsonl", stdin=masked.stdout)

    assert masked.returncode == restored.returncode == 0, masked.stderr + restored.stderr
    assert MAIL not in masked.stdout
    assert CARD not in masked.stdout
    assert read(restored.stdout) == LINES
    assert read(masked.stdout)[1] == LINES[1]


def test_a_daemon_and_a_command_make_the_same_tokens(home: Home) -> None:
    alone = home.done("mask", stdin=f"to {MAIL}\n")
    with running_daemon(home):
        together = home.done("mask", stdin=f"to {MAIL}\n")

        assert home.run("restore", stdin=alone).stdout == f"to {MAIL}\n"
    assert together == alone


def test_masking_what_is_masked_changes_nothing(either: Home) -> None:
    once = either.done("mask", stdin=f"{MAIL} {CARD}")

    assert either.run("mask", stdin=once).stdout == once


def test_a_token_is_revealed_in_any_spelling(either: Home) -> None:
    token = either.done("mask", stdin=MAIL).strip()

    assert either.run("reveal", token).stdout == MAIL + "\n"
    assert either.run("reveal", token.upper()).stdout == MAIL + "\n"
    assert json.loads(either.run("reveal", token, "--json").stdout) == {"token": token, "value": MAIL}
    unknown = either.run("reveal", "PERSON_ZZZZZZZZ")
    assert unknown.returncode == 1
    assert "does not know that token" in unknown.stderr


def test_an_unknown_token_stays_and_strict_says_so(either: Home) -> None:
    either.done("mask", stdin=MAIL)
    ran = either.run("restore", "--strict", stdin="mail.7777777777@example.com")

    assert ran.stdout == "mail.7777777777@example.com"
    assert ran.returncode in (0, 1)


def test_purging_asks_and_then_forgets(either: Home) -> None:
    masked = either.done("mask", stdin=MAIL)

    assert either.run("purge", "--all").returncode == 1
    assert either.run("restore", stdin=masked).stdout == MAIL
    assert json.loads(either.run("purge", "--older-than", "1", "--yes", "--json").stdout)["values"] == 0
    assert json.loads(either.run("purge", "--all", "--yes", "--json").stdout)["values"] == 1
    assert either.run("restore", stdin=masked).stdout == masked
    assert either.run("purge").returncode == 2
    assert either.run("purge", "--older-than", "0", "--yes").returncode == 2


def test_a_vault_whose_key_is_lost_can_still_be_purged(home: Home) -> None:
    home.done("mask", stdin=MAIL)
    home.environment["MASKWIRE_MASTER_KEY"] = "A" * 43 + "="

    assert home.run("restore", stdin="x").returncode == 1
    assert home.run("purge", "--all", "--yes").returncode == 0
    assert home.run("mask", stdin="x").stdout == "x"


def test_without_daemon_and_keyring_nothing_is_pretended(tmp_path: Path) -> None:
    home = Home.at(tmp_path, {"MASKWIRE_KEY_PROVIDER": "keyring", "DBUS_SESSION_BUS_ADDRESS": "unix:path=/nonexistent"})
    ran = home.run("mask", stdin=MAIL)

    assert ran.returncode == 1
    assert ran.stdout == ""
    assert "no daemon runs" in ran.stderr


def test_the_configuration_is_checked_and_explained(home: Home) -> None:
    assert home.run("config", "path").stdout == f"{home.config}\n"
    assert "the defaults hold" in home.run("config", "check").stdout
    home.config.write_text("prozy = 1\n")
    wrong = home.run("config", "check", "--json")
    assert wrong.returncode == 2
    assert json.loads(wrong.stdout)["line"] == 1
    assert "connect_to" in home.run("config", "explain").stdout
    home.config.write_text(home.run("config", "explain", "--toml").stdout)
    assert home.run("config", "check").returncode == 0


def test_scan_explains_and_json_hides_values(home: Home, tmp_path: Path) -> None:
    file = tmp_path / "card.txt"
    file.write_text(f"card {CARD}\n")
    shown = home.run("scan", "--rules-only", "--explain", str(file)).stdout
    (row,) = read(home.run("scan", "--rules-only", "--explain", "--json", str(file)).stdout)
    spans = row["spans"]

    assert "    rule " in shown
    assert "    checked: " in shown
    assert CARD not in shown
    assert isinstance(spans, list)
    assert spans[0]["why"]["checks"]
    assert CARD not in json.dumps(row)
    whole = read(home.run("scan", "--rules-only", "--json", "--show-values", str(file)).stdout)
    assert CARD in json.dumps(whole)


def test_scan_fails_for_ci(home: Home, tmp_path: Path) -> None:
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / ".gitignore").write_text("*.local\n")
    (folder / "a.local").write_text(MAIL)

    assert home.run("scan", "--rules-only", "--fail", str(folder)).returncode == 0
    assert home.run("scan", "--rules-only", "--fail", "--no-ignore", str(folder)).returncode == 1
    assert home.run("scan", "--rules-only", "--fail", str(folder / "missing")).returncode == 1


def test_scan_knows_own_words_packs_and_secrets(either: Home) -> None:
    either.config.write_text('[words]\nterms = ["blue quasar"]\n')
    rules = either.config.parent / "rules"
    rules.mkdir()
    (rules / "mine.toml").write_text("[[rule]]\nid = 'badge'\nentity = 'CUSTOM'\npattern = 'BDG-[0-9]{4}'\n")
    env = either.folder / "project" / ".env"
    env.parent.mkdir()
    env.write_text("DB_PASSWORD=blau-Zebra-4711-kite\n")
    either.done("secrets", "learn", str(env))
    text = f"blue quasar, BDG-1234, {b64encode(b'blau-Zebra-4711-kite').decode()}, {MAIL}"
    either.done("allow", MAIL)
    ran = either.run("scan", "--rules-only", "--explain", stdin=text)

    assert "CUSTOM 2, PASSWORD 1" in ran.stdout
    assert "EMAIL_ADDRESS" not in ran.stdout
    assert "rule own.badge" in ran.stdout
    assert "rule terms.secret" in ran.stdout
