"""Makes tokens in a process of its own, so that it can be killed, or run beside another.

Usage: python store_writer.py DATABASE SEED COUNT; waits for a line on standard input, then prints one JSON
line [[value, token], ...] after each batch that the vault says is stored.
"""

import json
import random
import sys
from pathlib import Path

from maskwire.tokens import Minter
from maskwire.vault import Finding
from maskwire_daemon.store.database import Database
from maskwire_daemon.store.envelope import Envelope
from maskwire_daemon.store.vault import SqliteVault

MASTER = bytes(range(32))


def open_vault(database: Database) -> SqliteVault:
    envelope = Envelope.open(database, MASTER)
    return SqliteVault(database, envelope.keys, Minter(envelope.keys.token))


def main(path: Path, seed: int, count: int) -> None:
    choose = random.Random(seed)
    values = [f"Person {number}" for number in range(count)]
    choose.shuffle(values)
    vault = open_vault(Database.open(path))
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    while values:
        size = choose.randint(1, 20)
        batch, values = values[:size], values[size:]
        tokens = vault.tokenize([Finding("PERSON", value) for value in batch])
        sys.stdout.write(json.dumps(list(zip(batch, tokens, strict=True))) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
