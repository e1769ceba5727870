import base64
from pathlib import Path

import pytest

from maskwire.errors import ConfigError, VaultError, VaultLocked
from maskwire_daemon.store.keytext import from_text, to_text
from maskwire_daemon.store.providers import EnvironmentKey, EphemeralKey, KeySettings, provider

KEY = bytes(range(32))
TEXT = base64.b64encode(KEY).decode()


@pytest.mark.parametrize(
    ("name", "persistent"),
    [("keyring", True), ("passphrase", True), ("env", True), ("file", True), ("ephemeral", False)],
)
def test_each_provider_says_whether_its_key_comes_back(tmp_path: Path, name: str, persistent: bool) -> None:
    made = provider(KeySettings(tmp_path, name, tmp_path / "key", lambda: "passphrase", {}))

    assert (made.name, made.persistent) == (name, persistent)


@pytest.mark.parametrize(
    ("settings", "problem"),
    [
        (KeySettings(Path("home"), "vault"), "no such key provider; choose one of keyring, passphrase"),
        (KeySettings(Path("home"), "file"), "which file"),
        (KeySettings(Path("home"), "passphrase"), "no terminal"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(settings: KeySettings, problem: str) -> None:
    with pytest.raises(ConfigError, match=problem) as caught:
        provider(settings)

    assert caught.value.key.startswith("keys.")


def test_the_environment_holds_the_key() -> None:
    made = EnvironmentKey({"MASKWIRE_MASTER_KEY": TEXT})

    assert made.master() == KEY
    assert made.master(create=False) == KEY
    made.forget()


def test_an_unset_variable_says_how_to_set_it() -> None:
    with pytest.raises(VaultLocked, match="MASKWIRE_MASTER_KEY is not set"):
        EnvironmentKey({}).master()


def test_the_environment_cannot_take_another_key() -> None:
    with pytest.raises(VaultError, match="whoever sets it"):
        EnvironmentKey({}).replace(KEY)


@pytest.mark.parametrize(
    "text",
    [
        "secret-but-not-base64!",
        base64.b64encode(KEY[:31]).decode(),
        base64.b64encode(KEY + b"x").decode(),
        TEXT[:-1],
        KEY.hex(),
        "é" * 44,
    ],
)
def test_what_is_no_key_is_refused_and_not_repeated(text: str) -> None:
    with pytest.raises(ConfigError, match="MASKWIRE_MASTER_KEY does not hold a key") as caught:
        EnvironmentKey({"MASKWIRE_MASTER_KEY": text}).master()

    assert text not in str(caught.value)
    assert caught.value.__context__ is None or text not in str(caught.value.__context__)


def test_a_key_reads_back_from_its_text() -> None:
    assert from_text(f" {to_text(KEY)}\n", "the test") == KEY


def test_an_ephemeral_key_lasts_as_long_as_its_process() -> None:
    made = EphemeralKey()
    first = made.master()

    assert made.master() == first
    assert EphemeralKey().master() != first
    made.replace(KEY)
    assert made.master() == KEY
    made.forget()
    assert made.master() != KEY


def test_settings_do_not_show_the_environment() -> None:
    assert TEXT not in repr(KeySettings(Path("home"), environ={"MASKWIRE_MASTER_KEY": TEXT}))
