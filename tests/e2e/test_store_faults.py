"""The vault under load and ill luck: every entity full of values, two processes, SIGKILL, a full disk."""

import contextlib
import json
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from maskwire.entities import KINDS
from maskwire.errors import VaultError
from maskwire.exchange import Exchange, Outcome
from maskwire.vault import Finding, Token
from maskwire_daemon.store.database import Database
from maskwire_daemon.store.history import Journal
from tests.e2e import store_writer
from tests.e2e.store_writer import open_vault

COUNT = 5_000

SHAPES = {
    "EMAIL_ADDRESS": "person{:05}@example.com",
    "PHONE_NUMBER": "+1 212 555 {:05}",
    "CREDIT_CARD": "4111 1111 111{0:05}",
    "IBAN_CODE": "DE893704004405320{:05}",
    "ABA_ROUTING_NUMBER": "0210{:05}",
    "US_SSN": "536-9{0:05}",
    "US_ITIN": "912-7{0:05}",
    "VIN": "1HGCM82633A0{:05}",
    "IMEI": "49015420323{:05}",
    "MAC_ADDRESS": "00:1b:44:{0:06x}",
    "IP_ADDRESS": "2001:db9::{:x}",
    "GPS_COORDINATES": "52.{0:05}, 13.{0:05}",
    "BIRTH_DATE": "1980-01-01 {}",
}
"""How values of entities look whose tokens keep a shape; all others are words and a number."""


@contextlib.contextmanager
def writer(path: Path, seed: int, count: int) -> Iterator[subprocess.Popen[str]]:
    """Start a process that makes tokens, ready to go."""
    command = [sys.executable, store_writer.__file__, str(path), str(seed), str(count)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        assert process.stdout.readline() == "ready\n"
        yield process
    finally:
        process.kill()
        process.communicate()


def go(process: subprocess.Popen[str]) -> None:
    assert process.stdin is not None
    process.stdin.write("\n")
    process.stdin.flush()


def answers(output: str) -> dict[str, Token]:
    """Return the token of each value that was reported; a line cut off by a kill reports nothing."""
    whole = output[: output.rfind("\n") + 1]
    return {value: token for line in whole.splitlines() for value, token in json.loads(line)}


@pytest.mark.parametrize("entity", sorted(KINDS))
def test_five_thousand_values_of_each_entity_survive_reopening(tmp_path: Path, entity: str) -> None:
    shape = SHAPES.get(entity, entity.lower() + " {}")
    values = [shape.format(number) for number in range(COUNT)]
    database = Database.open(tmp_path / "maskwire.db")
    tokens = open_vault(database).tokenize([Finding(entity, value) for value in values])
    database.close()
    database = Database.open(tmp_path / "maskwire.db")
    vault = open_vault(database)
    restored = [vault.resolve(token) for token in tokens]
    again = vault.tokenize([Finding(entity, value) for value in values])
    database.close()

    assert len(set(values)) == len(set(tokens)) == COUNT
    assert values == restored
    assert tokens == again


def test_two_processes_at_once_give_each_value_one_token(tmp_path: Path) -> None:
    path = tmp_path / "maskwire.db"
    with writer(path, 1, 500) as one, writer(path, 2, 500) as other:
        go(one)
        go(other)
        found = [answers(process.communicate(timeout=60)[0]) for process in (one, other)]
    database = Database.open(path)
    vault = open_vault(database)
    restored = {value: vault.resolve(token) for value, token in found[0].items()}
    count = vault.count()
    database.close()

    assert len(found[0]) == 500
    assert found[0] == found[1]
    assert restored == {value: value for value in restored}
    assert count == {"PERSON": 500}


def test_a_killed_process_loses_no_token_that_it_returned(tmp_path: Path) -> None:
    path = tmp_path / "maskwire.db"
    choose = random.Random(20261122)
    reported: dict[str, Token] = {}
    kills_midway = 0
    for seed in range(20):
        with writer(path, seed, 2_000 + seed * 500) as process:
            go(process)
            time.sleep(choose.uniform(0.0, 0.25))
            process.send_signal(signal.SIGKILL)
            output, _ = process.communicate(timeout=10)
        kills_midway += process.returncode == -signal.SIGKILL
        found = answers(output)
        assert all(reported.setdefault(value, token) == token for value, token in found.items())
        database = Database.open(path)
        vault = open_vault(database)
        lost = [value for value, token in reported.items() if vault.resolve(token) != value]
        problems = database.check()
        database.close()
        assert (lost, problems) == ([], [])

    assert kills_midway >= 10
    assert len(reported) > 500


@contextlib.contextmanager
def small_disk(folder: Path, size: str) -> Iterator[Path]:
    """Mount a disk of ``size`` in memory, and take it away whatever happens."""
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={size},mode=0700", "maskwire-test", str(folder)]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode:
        pytest.fail(f"this test mounts a small disk and needs root for that: {done.stderr.strip()}", pytrace=False)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def grow(folder: Path, size: str) -> None:
    subprocess.run(["mount", "-o", f"remount,size={size}", str(folder)], check=True)


def batch(number: int) -> list[Finding]:
    return [Finding("PERSON", f"Person {number}-{place} {'x' * 300}") for place in range(50)]


def fill(database: Database) -> dict[Token, str]:
    """Store batches until the disk is full; return what was stored."""
    vault, stored = open_vault(database), dict[Token, str]()
    for number in range(10_000):
        try:
            tokens = vault.tokenize(batch(number))
        except VaultError as error:
            assert "disk" in str(error)  # noqa: PT017 - the sentence is for the person
            return stored
        stored |= zip(tokens, (finding.value for finding in batch(number)), strict=True)
    pytest.fail("the disk never filled")


def test_a_full_disk_stops_new_tokens_and_harms_no_old_one(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", "2m") as disk:
        database = Database.open(disk / "maskwire.db")
        stored = fill(database)
        vault = open_vault(database)
        with pytest.raises(VaultError):
            vault.tokenize(batch(99_999))
        while_full = [vault.resolve(token) for token in stored]
        count = vault.count()
        database.close()
        database = Database.open(disk / "maskwire.db")
        vault = open_vault(database)
        after_reopening = [vault.resolve(token) for token in stored]
        grow(disk, "16m")
        later = vault.tokenize(batch(99_999))
        problems = database.check()
        database.close()

    assert len(stored) >= 50
    assert while_full == after_reopening == list(stored.values())
    assert count == {"PERSON": len(stored)}
    assert len(set(later)) == 50
    assert problems == []


def test_the_journal_outlasts_a_full_disk(tmp_path: Path) -> None:
    happened = Exchange(time.time(), "api.openai.com", "openai.chat", "POST", "/v1", Outcome.MASKED)
    with small_disk(tmp_path / "disk", "1m") as disk:
        database = Database.open(disk / "maskwire.db")
        journal = Journal(database, bytes(32))
        journal.record(happened)
        journal.flush()
        fill(database)
        ballast = disk / "ballast"
        with contextlib.suppress(OSError), ballast.open("wb") as file:
            file.write(bytes(1_000_000))
        for _ in range(2_000):
            journal.record(happened)
        with pytest.raises(VaultError, match="disk"):
            journal.flush()
        problem = journal.problem
        readable = len(journal.events(10))
        ballast.unlink()
        grow(disk, "16m")
        journal.flush()
        found = journal.verify()
        journal.close()
        database.close()

    assert "disk" in problem
    assert readable == 1
    assert (found.ok, found.rows, journal.problem, journal.dropped) == (True, 2_001, "", 0)


def test_a_vault_on_a_disk_without_any_room_is_not_made(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", "64k") as disk:
        with contextlib.suppress(OSError), (disk / "ballast").open("wb") as file:
            file.write(bytes(100_000))
        with pytest.raises(VaultError, match="disk"):
            Database.open(disk / "maskwire.db")
        (disk / "ballast").unlink()
        grow(disk, "16m")
        database = Database.open(disk / "maskwire.db")
        tokens = open_vault(database).tokenize(batch(0))
        database.close()

    assert len(set(tokens)) == 50
