"""The gate before a value is shown: who passes, how often, and what the log says of it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from maskwire.errors import ConfigError, VaultError
from maskwire.tokens import Minter
from maskwire.vault import Finding
from maskwire_daemon.reveal import FREE_TRIES, LONGEST_WAIT_S, MOST_A_MINUTE, Asked, Gate, Lock, Withheld, wait_after
from maskwire_daemon.storage import Storage
from maskwire_daemon.store.audit import AuditLog
from maskwire_daemon.store.care import KeyCare
from maskwire_daemon.store.database import Database
from maskwire_daemon.store.envelope import Envelope
from maskwire_daemon.store.history import Journal
from maskwire_daemon.store.passphrase import PassphraseKey
from maskwire_daemon.store.providers import EnvironmentKey, KeyProvider
from maskwire_daemon.store.vault import SqliteVault
from tests.fakes.store import Clock

RIGHT, WRONG, VAULT = "correct horse", "battery staple", "the vault's own"
VALUE = "jane@corp.com"


def opened(path: Path, provider: KeyProvider, master: bytes) -> Storage:
    database = Database.open(path / "maskwire.db")
    envelope = Envelope.open(database, master)
    keys = envelope.keys
    minter = Minter(keys.token)
    return Storage(
        keys,
        minter,
        SqliteVault(database, keys, minter),
        Journal(database, keys.journal),
        AuditLog(database, keys.journal),
        database,
        provider.name,
        persistent=True,
        care=KeyCare(envelope, provider),
    )


@pytest.fixture
def storage(tmp_path: Path) -> Iterator[Storage]:
    made = opened(tmp_path, EnvironmentKey({}), bytes(range(32)))
    yield made
    made.close()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def gate(storage: Storage, clock: Clock) -> Gate:
    return Gate(storage, clock)


@pytest.fixture
def token(storage: Storage) -> str:
    return storage.vault.tokenize([Finding("EMAIL_ADDRESS", VALUE)])[0]


def ask(gate: Gate, token: str, passphrase: str = "") -> str | None:
    return gate.reveal(Asked(token, "somebody", passphrase))


def noted(storage: Storage) -> list[tuple[str, str, str, int]]:
    return [(e.act.actor, e.act.deed, e.act.subject, e.act.status) for e in reversed(storage.audit.entries())]


def test_without_a_passphrase_a_value_is_shown_and_noted(gate: Gate, storage: Storage, token: str) -> None:
    assert gate.lock is Lock.NONE
    assert ask(gate, token.upper()) == VALUE
    assert noted(storage) == [("somebody", "reveal", token, 200)]


def test_what_is_no_token_is_not_noted_as_it_was_typed(gate: Gate, storage: Storage) -> None:
    assert ask(gate, "hunter2") is None
    assert noted(storage) == [("somebody", "reveal", "", 404)]


def test_once_set_the_passphrase_is_asked_for(gate: Gate, storage: Storage, token: str) -> None:
    gate.change("somebody", "", RIGHT)

    assert gate.lock is Lock.OWN
    for given in ("", WRONG):
        with pytest.raises(Withheld, match="the reveal passphrase") as refused:
            ask(gate, token, given)
        assert refused.value.status == 403
    assert ask(gate, token, RIGHT) == VALUE
    assert [entry[1:] for entry in noted(storage)] == [
        ("passphrase", "reveal", 200),
        ("reveal", "wrong passphrase", 403),
        ("reveal", token, 200),
    ]


def test_changing_it_takes_the_old_one(gate: Gate, token: str) -> None:
    gate.change("somebody", "", RIGHT)
    for old in ("", WRONG):
        with pytest.raises(Withheld):
            gate.change("somebody", old, "another one")
    gate.change("somebody", RIGHT, "another one")

    with pytest.raises(Withheld):
        ask(gate, token, RIGHT)
    assert ask(gate, token, "another one") == VALUE


def test_a_short_one_is_refused(gate: Gate) -> None:
    with pytest.raises(ConfigError, match="at least 8 characters"):
        gate.change("somebody", "", "short")

    assert gate.lock is Lock.NONE


def test_wrong_ones_have_to_wait_ever_longer_whoever_asks(
    gate: Gate, storage: Storage, token: str, clock: Clock
) -> None:
    gate.change("somebody", "", RIGHT)
    for _ in range(FREE_TRIES):
        with pytest.raises(Withheld, match="that is not"):
            ask(gate, token, WRONG)
    with pytest.raises(Withheld, match="try again in 1 min") as refused:
        Gate(storage, clock).change("another", RIGHT, "another one")

    assert refused.value.status == 429

    clock.now += 61
    with pytest.raises(Withheld, match="that is not"):
        ask(gate, token, WRONG)
    with pytest.raises(Withheld, match="try again in 2 min"):
        ask(gate, token, RIGHT)
    clock.now += 121

    assert ask(gate, token, RIGHT) == VALUE


def test_a_right_one_forgives_the_wrong_ones(gate: Gate, token: str) -> None:
    gate.change("somebody", "", RIGHT)
    for given in (WRONG, RIGHT) * (FREE_TRIES + 1):
        if given == WRONG:
            with pytest.raises(Withheld, match="that is not"):
                ask(gate, token, given)
        else:
            assert ask(gate, token, given) == VALUE


def test_a_clock_that_was_put_back_locks_nobody_out_for_longer(gate: Gate, token: str, clock: Clock) -> None:
    gate.change("somebody", "", RIGHT)
    for _ in range(FREE_TRIES):
        with pytest.raises(Withheld):
            ask(gate, token, WRONG)
    clock.now -= 86400

    with pytest.raises(Withheld, match="try again in 1 min"):
        ask(gate, token, RIGHT)


def test_waits_double_up_to_an_hour() -> None:
    waits = [wait_after(wrong) for wrong in range(14)]

    assert waits == [0, 0, 0, 0, 0, 60, 120, 240, 480, 960, 1920, 3600, 3600, 3600]
    assert wait_after(10**9) == LONGEST_WAIT_S


def test_a_vault_is_not_emptied_by_asking(gate: Gate, token: str, clock: Clock) -> None:
    for _ in range(MOST_A_MINUTE):
        assert ask(gate, token) == VALUE
    with pytest.raises(Withheld, match="wait for the next") as refused:
        ask(gate, token)
    clock.now += 61

    assert refused.value.status == 429
    assert ask(gate, token) == VALUE


def test_what_cannot_be_noted_is_not_shown(
    gate: Gate, storage: Storage, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise VaultError("the disk is full")

    monkeypatch.setattr(AuditLog, "_write", full)

    with pytest.raises(VaultError, match="full"):
        ask(gate, token)


def test_the_passphrase_stands_nowhere(gate: Gate, storage: Storage, token: str, tmp_path: Path) -> None:
    gate.change("somebody", "", RIGHT)
    ask(gate, token, RIGHT)
    held = b"".join(file.read_bytes() for file in tmp_path.iterdir() if file.is_file())

    assert RIGHT.encode() not in held
    assert RIGHT not in repr(Asked(token, "somebody", RIGHT))
    assert token not in repr(Asked(token, "somebody", RIGHT))


def test_destroying_the_vault_takes_the_passphrase_along(gate: Gate, storage: Storage) -> None:
    gate.change("somebody", "", RIGHT)
    storage.vault.destroy()

    assert gate.lock is Lock.NONE


def test_a_vault_behind_a_passphrase_asks_for_that_one(tmp_path: Path, clock: Clock) -> None:
    provider = PassphraseKey(tmp_path, lambda: VAULT)
    storage = opened(tmp_path, provider, provider.master())
    gate = Gate(storage, clock)
    token = storage.vault.tokenize([Finding("EMAIL_ADDRESS", VALUE)])[0]

    assert gate.lock is Lock.VAULT
    with pytest.raises(Withheld, match="the vault's passphrase"):
        ask(gate, token, WRONG)
    assert ask(gate, token, VAULT) == VALUE

    gate.change("somebody", VAULT, "a new passphrase")

    assert ask(gate, token, "a new passphrase") == VALUE
    storage.close()
