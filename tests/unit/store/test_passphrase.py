import base64
import json
import threading
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from maskwire.errors import ConfigError, VaultCorrupt, VaultError, VaultLocked
from maskwire_daemon.store.passphrase import PassphraseKey, SealedKey
from maskwire_daemon.store.sealing import Sealer

GOOD, WRONG = "correct horse battery", "incorrect horse battery"


def unlocking(home: Path, passphrase: str = GOOD) -> PassphraseKey:
    return PassphraseKey(home, lambda: passphrase)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Return what a first passphrase writes, made once: each derivation costs a tenth of a second."""
    home = tmp_path_factory.mktemp("template")
    unlocking(home).master()
    return (home / "passphrase.json").read_bytes()


@pytest.fixture
def sealed(tmp_path: Path, template: bytes) -> Path:
    """Return the file of a home whose key was set up under ``GOOD``."""
    (tmp_path / "passphrase.json").write_bytes(template)
    return tmp_path / "passphrase.json"


def test_the_same_passphrase_gives_the_same_key(tmp_path: Path) -> None:
    first = unlocking(tmp_path).master()

    assert unlocking(tmp_path).master() == first
    assert len(first) == 32


def test_a_wrong_passphrase_is_said_to_be_wrong(sealed: Path) -> None:
    before = sealed.read_bytes()

    with pytest.raises(VaultLocked, match="passphrase is wrong") as caught:
        unlocking(sealed.parent, WRONG).master()
    assert WRONG not in str(caught.value)
    assert sealed.read_bytes() == before


def test_two_homes_with_one_passphrase_have_two_keys(tmp_path: Path) -> None:
    assert unlocking(tmp_path / "one").master() != unlocking(tmp_path / "two").master()


def test_the_file_is_private_and_holds_neither_key_nor_passphrase(tmp_path: Path) -> None:
    master = unlocking(tmp_path).master()
    sealed = tmp_path / "passphrase.json"
    content = sealed.read_bytes()

    assert sealed.stat().st_mode & 0o777 == 0o600
    assert GOOD.encode() not in content
    assert base64.b64encode(master) not in content


def test_the_key_is_derived_as_the_standard_says(sealed: Path) -> None:
    named = json.loads(sealed.read_text())
    costs = (named["memory_kib"], named["passes"], named["lanes"])
    salt, body = base64.b64decode(named["salt"]), base64.b64decode(named["sealed"])
    derived = Argon2id(salt=salt, length=32, iterations=3, lanes=4, memory_cost=65_536).derive(GOOD.encode())
    bound = b"".join(len(part).to_bytes(8) + part for part in (b"passphrase", salt, b"65536 3 4"))

    assert costs == (65_536, 3, 4)
    assert Sealer(derived).open(body, bound) == unlocking(sealed.parent).master()


def test_one_passphrase_typed_on_two_systems_is_the_same(tmp_path: Path) -> None:
    composed = unlocking(tmp_path, "p\u00e9nible et long").master()

    assert unlocking(tmp_path, "pe\u0301nible et long").master() == composed


def test_a_short_passphrase_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="at least 8 characters"):
        unlocking(tmp_path, "seven77").master()
    assert not (tmp_path / "passphrase.json").exists()


def test_no_key_is_made_up_for_an_existing_vault(tmp_path: Path) -> None:
    with pytest.raises(VaultLocked, match="missing"):
        unlocking(tmp_path).master(create=False)


@pytest.mark.parametrize(
    "change",
    [
        {"memory_kib": 2**40},
        {"memory_kib": 0},
        {"passes": "many"},
        {"passes": None},
        {"salt": "!"},
        {"sealed": 7},
        {"kdf": "md5"},
        {"version": 2},
    ],
)
def test_a_damaged_file_is_refused_and_kept(sealed: Path, change: dict[str, object]) -> None:
    damaged = json.dumps(json.loads(sealed.read_text()) | change)
    sealed.write_text(damaged)

    with pytest.raises(VaultCorrupt, match="damaged; it was left as it is"):
        unlocking(sealed.parent).master()
    assert sealed.read_text() == damaged


@pytest.mark.parametrize("content", [b"", b"[]", b"\xff", b"{"])
def test_a_file_that_is_something_else_is_refused(sealed: Path, content: bytes) -> None:
    sealed.write_bytes(content)

    with pytest.raises(VaultCorrupt, match="damaged"):
        unlocking(sealed.parent).master()


def test_weaker_costs_slipped_into_the_file_do_not_open_it(sealed: Path) -> None:
    sealed.write_text(json.dumps(json.loads(sealed.read_text()) | {"passes": 1}))

    with pytest.raises(VaultLocked):
        unlocking(sealed.parent).master()


def test_the_passphrase_changes_and_the_key_stays(sealed: Path) -> None:
    master = unlocking(sealed.parent).master()
    unlocking(sealed.parent).change(GOOD, "another long one")

    assert unlocking(sealed.parent, "another long one").master() == master
    with pytest.raises(VaultLocked):
        unlocking(sealed.parent).master()


def test_a_change_needs_the_present_passphrase(sealed: Path) -> None:
    with pytest.raises(VaultLocked, match="wrong"):
        unlocking(sealed.parent).change(WRONG, "another long one")
    with pytest.raises(ConfigError, match="at least"):
        unlocking(sealed.parent).change(GOOD, "short")
    unlocking(sealed.parent).master()


def test_nothing_can_be_changed_before_there_is_a_key(tmp_path: Path) -> None:
    with pytest.raises(VaultLocked, match="no passphrase yet"):
        unlocking(tmp_path).change(GOOD, GOOD)


def test_the_key_changes_and_the_passphrase_stays(sealed: Path) -> None:
    unlocking(sealed.parent).replace(bytes(32))

    assert unlocking(sealed.parent).master() == bytes(32)
    with pytest.raises(VaultLocked):
        unlocking(sealed.parent, WRONG).replace(bytes(32))


def test_two_that_start_at_once_agree_on_the_key(tmp_path: Path) -> None:
    keys: list[bytes] = []
    threads = [threading.Thread(target=lambda: keys.append(unlocking(tmp_path).master())) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(keys) == 3
    assert len(set(keys)) == 1


def test_a_forgotten_key_is_gone(sealed: Path) -> None:
    unlocking(sealed.parent).forget()
    unlocking(sealed.parent).forget()

    assert not sealed.exists()


def test_a_home_that_cannot_be_written_is_reported(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")

    with pytest.raises(VaultError):
        unlocking(tmp_path / "file").master()


def test_repr_shows_no_key() -> None:
    sealed_key = SealedKey.seal(bytes(32), GOOD)

    assert GOOD not in repr(sealed_key)
