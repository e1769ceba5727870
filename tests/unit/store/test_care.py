from pathlib import Path

import pytest

from maskwire.errors import ConfigError, VaultError, VaultLocked
from maskwire.tokens import Minter
from maskwire.vault import Finding
from maskwire_daemon.store.care import KeyCare
from maskwire_daemon.store.database import Database
from maskwire_daemon.store.envelope import Envelope
from maskwire_daemon.store.keyfile import FileKey
from maskwire_daemon.store.passphrase import PassphraseKey
from maskwire_daemon.store.providers import EnvironmentKey, KeyProvider
from maskwire_daemon.store.vault import SqliteVault


def opened(database: Database, provider: KeyProvider) -> tuple[KeyCare, SqliteVault]:
    envelope = Envelope.open(database, provider.master())
    return KeyCare(envelope, provider), SqliteVault(database, envelope.keys, Minter(envelope.keys.token))


def key_file(folder: Path) -> FileKey:
    path = folder / "key"
    path.write_text("QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWY=")
    path.chmod(0o600)
    return FileKey(path)


def test_another_master_key_opens_the_same_values(database: Database, tmp_path: Path) -> None:
    provider = key_file(tmp_path)
    care, vault = opened(database, provider)
    [token] = vault.tokenize([Finding("PERSON", "Jane Doe")])
    before = provider.master()

    care.rotate_master()

    assert provider.master(create=False) != before
    assert opened(database, provider)[1].resolve(token) == "Jane Doe"
    with pytest.raises(VaultLocked):
        Envelope.open(database, before)


def test_every_value_is_encrypted_again(database: Database, tmp_path: Path) -> None:
    care, vault = opened(database, key_file(tmp_path))
    tokens = vault.tokenize([Finding("PERSON", f"Jane {n}") for n in range(3)])
    before = database.read("SELECT sealed FROM entries ORDER BY id")
    seen: list[tuple[int, int]] = []

    assert care.rotate_values(lambda done, total: seen.append((done, total))) == 3

    assert seen == [(3, 3)]
    assert database.read("SELECT sealed FROM entries ORDER BY id") != before
    assert [vault.resolve(token) for token in tokens] == ["Jane 0", "Jane 1", "Jane 2"]


def test_a_key_that_is_not_ours_to_change_stays(database: Database) -> None:
    care, vault = opened(
        database, EnvironmentKey({"MASKWIRE_MASTER_KEY": "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWY="})
    )
    [token] = vault.tokenize([Finding("PERSON", "Jane Doe")])

    with pytest.raises(VaultError, match="whoever sets it"):
        care.rotate_master()

    assert vault.resolve(token) == "Jane Doe"


def test_a_new_passphrase_opens_the_same_values(database: Database, tmp_path: Path) -> None:
    care, vault = opened(database, PassphraseKey(tmp_path, lambda: "correct horse battery"))
    [token] = vault.tokenize([Finding("PERSON", "Jane Doe")])

    care.change_passphrase("correct horse battery", "another long passphrase")

    reopened = opened(database, PassphraseKey(tmp_path, lambda: "another long passphrase"))[1]
    assert reopened.resolve(token) == "Jane Doe"


def test_only_a_passphrase_can_be_changed(database: Database, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="provider file"):
        opened(database, key_file(tmp_path))[0].change_passphrase("old one", "new one")


def test_a_destroyed_vault_leaves_neither_values_nor_key(database: Database, tmp_path: Path) -> None:
    provider = key_file(tmp_path)
    care, vault = opened(database, provider)
    vault.tokenize([Finding("PERSON", "Jane Doe")])

    care.destroy(vault)

    assert not (tmp_path / "key").exists()
    assert database.read("SELECT count(*) FROM entries") == [(0,)]
    assert database.read("SELECT count(*) FROM wrapped_keys") == [(0,)]
