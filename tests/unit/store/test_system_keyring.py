import base64
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from keyring.core import load_keyring

from maskwire.errors import VaultCorrupt, VaultError, VaultLocked
from maskwire_daemon.store.system_keyring import ALLOWED, KeyringKey, NoKeyring, class_name, pinned, system_backend
from tests.fakes.keyring import Breaking, Forgetful, Late, Refusing, Remembering


def class_called(path: str) -> type:
    module, _, name = path.rpartition(".")
    return type(name, (Remembering,), {"__module__": module})


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    """Leave ``keyring`` without settings and without a session bus."""
    for name in ("PYTHON_KEYRING_BACKEND", "DBUS_SESSION_BUS_ADDRESS", "DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "run"))
    return monkeypatch


@pytest.mark.parametrize("path", sorted(ALLOWED))
def test_backends_that_encrypt_are_allowed(path: str) -> None:
    backend = class_called(path)()

    assert class_name(backend) == path
    assert pinned(backend) is backend


@pytest.mark.parametrize(
    "path",
    [
        "keyrings.alt.file.PlaintextKeyring",
        "keyrings.alt.file.EncryptedKeyring",
        "keyrings.cryptfile.cryptfile.CryptFileKeyring",
        "keyring.backends.SecretService.Other",
        "mine.Keyring",
    ],
)
def test_anything_else_is_refused_by_name(path: str) -> None:
    with pytest.raises(NoKeyring, match=path) as caught:
        pinned(class_called(path)())

    assert "MASKWIRE_KEY_PROVIDER=passphrase" in str(caught.value)


@pytest.mark.parametrize("path", ["keyring.backends.null.Keyring", "keyring.backends.fail.Keyring"])
def test_backends_of_keyring_that_keep_nothing_are_refused(path: str) -> None:
    with pytest.raises(NoKeyring, match=path):
        pinned(load_keyring(path))


def test_of_a_chain_the_first_allowed_member_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = class_called("keyrings.alt.file.PlaintextKeyring")()
    secret = class_called("keyring.backends.SecretService.Keyring")()
    chain = load_keyring("keyring.backends.chainer.ChainerBackend")
    monkeypatch.setattr(type(chain), "backends", [plain, secret])

    assert pinned(chain) is secret
    monkeypatch.setattr(type(chain), "backends", [plain])
    with pytest.raises(NoKeyring, match="ChainerBackend"):
        pinned(chain)


def test_a_configured_null_backend_is_refused(bare: pytest.MonkeyPatch) -> None:
    bare.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")

    with pytest.raises(NoKeyring, match=r"keyring\.backends\.null\.Keyring"):
        system_backend()


def test_a_backend_refused_in_the_settings_file_is_refused_here(bare: pytest.MonkeyPatch, tmp_path: Path) -> None:
    settings = tmp_path / "config" / "python_keyring" / "keyringrc.cfg"
    settings.parent.mkdir(parents=True)
    settings.write_text("[backend]\ndefault-keyring=keyring.backends.null.Keyring\n")

    with pytest.raises(NoKeyring, match=r"keyring\.backends\.null\.Keyring"):
        system_backend()


def test_a_settings_file_that_cannot_be_read_is_named(bare: pytest.MonkeyPatch, tmp_path: Path) -> None:
    settings = tmp_path / "config" / "python_keyring" / "keyringrc.cfg"
    settings.parent.mkdir(parents=True)
    settings.write_text("no section\n")

    with pytest.raises(NoKeyring, match=r"keyringrc\.cfg does not work here"):
        system_backend()


def test_a_configured_backend_that_is_not_installed_is_named(bare: pytest.MonkeyPatch) -> None:
    bare.setenv("PYTHON_KEYRING_BACKEND", "keyrings.nowhere.Keyring")

    with pytest.raises(NoKeyring, match=r"keyrings\.nowhere\.Keyring does not work here"):
        system_backend()


def test_without_any_keyring_the_remedy_is_named(bare: pytest.MonkeyPatch) -> None:
    with pytest.raises(NoKeyring, match=r"No keyring runs on this machine.*MASKWIRE_KEY_PROVIDER=passphrase"):
        system_backend()


def test_a_key_is_made_once_and_kept(tmp_path: Path) -> None:
    keyring = Remembering()
    first = KeyringKey(tmp_path, lambda: keyring).master()
    ((service, entry),) = keyring.entries

    assert KeyringKey(tmp_path, lambda: keyring).master() == first
    assert service == "maskwire"
    assert base64.b64decode(keyring.entries[service, entry]) == first
    assert str(tmp_path) not in entry


def test_two_homes_have_two_entries(tmp_path: Path) -> None:
    keyring = Remembering()
    keys = {KeyringKey(tmp_path / name, lambda: keyring).master() for name in ("one", "two", "one/../two")}

    assert len(keys) == len(keyring.entries) == 2


def test_a_lost_key_is_reported_and_not_replaced(tmp_path: Path) -> None:
    keyring = Remembering()

    with pytest.raises(VaultLocked, match="no longer holds the key"):
        KeyringKey(tmp_path, lambda: keyring).master(create=False)
    assert keyring.entries == {}


def test_a_keyring_that_keeps_nothing_is_noticed(tmp_path: Path) -> None:
    with pytest.raises(VaultError, match="did not keep"):
        KeyringKey(tmp_path, Forgetful).master()


@pytest.mark.parametrize(("backend", "named"), [(Refusing, "KeyringLocked"), (Breaking, "ConnectionResetError")])
def test_a_locked_or_broken_keyring_says_what_to_do(
    tmp_path: Path, backend: Callable[[], Remembering], named: str
) -> None:
    with pytest.raises(VaultLocked, match=rf"{named}.*Unlock the keyring, then run `maskwire status`") as caught:
        KeyringKey(tmp_path, backend).master()

    assert not isinstance(caught.value, NoKeyring)
    assert "vault key" not in str(caught.value)


def test_an_entry_that_is_no_key_is_kept_and_reported(tmp_path: Path) -> None:
    keyring = Remembering()
    provider = KeyringKey(tmp_path, lambda: keyring)
    provider.master()
    before = keyring.entries = dict.fromkeys(keyring.entries, "hunter2")

    with pytest.raises(VaultCorrupt, match="is not a key") as caught:
        provider.master()
    assert keyring.entries == before
    assert "hunter2" not in str(caught.value)


def test_a_key_that_another_process_just_made_is_taken(tmp_path: Path) -> None:
    theirs = bytes(range(32))

    def second_daemon(late: Late) -> None:
        entry = KeyringKey(tmp_path, lambda: late)._entry
        late.set_password("maskwire", entry, base64.b64encode(theirs).decode())

    keyring = Late(second_daemon)

    assert KeyringKey(tmp_path, lambda: keyring).master() == theirs


def test_two_that_start_at_once_agree_on_the_key(tmp_path: Path) -> None:
    keyring = Remembering()
    keys: list[bytes] = []
    ready = threading.Barrier(6)

    def start() -> None:
        ready.wait()
        keys.append(KeyringKey(tmp_path, lambda: keyring).master())

    threads = [threading.Thread(target=start) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(keys) == 6
    assert len(set(keys)) == 1


def test_another_key_replaces_it(tmp_path: Path) -> None:
    keyring = Remembering()
    provider = KeyringKey(tmp_path, lambda: keyring)
    provider.master()
    provider.replace(bytes(32))

    assert provider.master() == bytes(32)
    assert len(keyring.entries) == 1


def test_a_forgotten_key_is_gone(tmp_path: Path) -> None:
    keyring = Remembering()
    provider = KeyringKey(tmp_path, lambda: keyring)
    provider.master()
    provider.forget()
    provider.forget()

    assert keyring.entries == {}
