"""Key, vault and journal of a home open together, and texts go through them and back."""

import base64
from collections.abc import Sequence
from pathlib import Path

import pytest

from maskwire.errors import ConfigError, VaultError
from maskwire.exchange import Exchange, Outcome
from maskwire.policy import Action, TokenForm
from maskwire.spans import Span
from maskwire_client import Purged
from maskwire_daemon.config.settings import Config, Entity, KeyProvider, policy_of
from maskwire_daemon.paths import Paths
from maskwire_daemon.storage import NO_KEYRING, Opening, Storage, chosen_provider, discard, purge
from maskwire_daemon.texts import mask_texts, restore_texts

KEY = base64.b64encode(bytes(range(32))).decode()
ENV = {"MASKWIRE_KEY_PROVIDER": "env"}
MAIL = "jane.doe@corp.com"


@pytest.fixture
def paths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Paths:
    monkeypatch.setenv("MASKWIRE_MASTER_KEY", KEY)
    made = Paths.of({"MASKWIRE_HOME": str(tmp_path / "home")})
    made.create()
    return made


async def opened(paths: Paths, environ: dict[str, str] = ENV, config: Config | None = None) -> Storage:
    return await Opening(paths, config or Config(), environ).open()


def spans(texts: Sequence[str]) -> list[list[Span]]:
    return [[Span(at, at + len(MAIL), "EMAIL_ADDRESS", 1.0, "t")] if (at := t.find(MAIL)) >= 0 else [] for t in texts]


async def test_tokens_outlive_the_storage_when_the_key_does(paths: Paths) -> None:
    storage = await opened(paths)
    masked = mask_texts([f"to {MAIL}"], spans([f"to {MAIL}"]), storage, policy_of(Config()))
    storage.close()
    again = await opened(paths)

    assert MAIL not in masked[0]
    assert restore_texts(masked, again).texts == (f"to {MAIL}",)
    assert (again.provider, again.persistent) == ("env", True)
    again.close()


async def test_an_ephemeral_key_is_forgotten(paths: Paths) -> None:
    ephemeral = {"MASKWIRE_KEY_PROVIDER": "ephemeral"}
    storage = await opened(paths, ephemeral)
    masked = mask_texts([MAIL], spans([MAIL]), storage, policy_of(Config()))

    assert restore_texts(masked, storage).texts == (MAIL,)
    assert (storage.persistent, storage.problem) == (False, "")
    storage.close()
    again = await opened(paths, ephemeral)
    assert restore_texts(masked, again).texts == tuple(masked)
    again.close()


async def test_without_a_keyring_memory_serves_and_says_so(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    storage = await opened(paths, {})

    assert (storage.persistent, storage.problem) == (False, NO_KEYRING)
    storage.close()
    with pytest.raises(ConfigError, match="require_keyring"):
        await opened(paths, {}, Config(require_keyring=True))


async def test_another_key_is_refused(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    (await opened(paths)).close()
    monkeypatch.setenv("MASKWIRE_MASTER_KEY", "A" * 43 + "=")

    with pytest.raises(VaultError):
        await opened(paths)
    discard(paths)
    (await opened(paths)).close()


def test_the_environment_chooses_over_the_file() -> None:
    config = Config(key_provider=KeyProvider.FILE)

    assert chosen_provider(config, {}) is KeyProvider.FILE
    assert chosen_provider(config, ENV) is KeyProvider.ENV
    with pytest.raises(ConfigError, match="MASKWIRE_KEY_PROVIDER: must be one of keyring, passphrase"):
        chosen_provider(config, {"MASKWIRE_KEY_PROVIDER": "wallet"})


async def test_texts_are_masked_each_for_itself(paths: Paths) -> None:
    storage = await opened(paths)
    texts = [f"{MAIL} and {MAIL}", "", "none", f"x {MAIL}"]
    masked = mask_texts(texts, spans(texts), storage, policy_of(Config()))
    again = mask_texts(masked, [[] for _ in masked], storage, policy_of(Config()))
    restored = restore_texts(masked, storage)

    assert all(MAIL not in text for text in masked)
    assert again == masked
    assert restored.texts == tuple(texts)
    assert (restored.restored, restored.unresolved) == (3, 0)
    storage.close()


async def test_what_requests_may_not_bring_is_masked_here(paths: Paths) -> None:
    storage = await opened(paths)
    blocking = policy_of(Config(entities={"EMAIL_ADDRESS": Entity(action=Action.BLOCK)}))

    assert MAIL not in mask_texts([MAIL], spans([MAIL]), storage, blocking)[0]
    storage.close()


async def test_purging_takes_values_and_records(paths: Paths) -> None:
    storage = await opened(paths)
    masked = mask_texts([MAIL], spans([MAIL]), storage, policy_of(Config()))
    storage.journal.record(Exchange(1.0, "api.openai.com", "openai.chat", "POST", "/v1", Outcome.CLEAN))
    storage.journal.flush()

    assert purge(storage, 1) == Purged(values=0, exchanges=1)
    assert purge(storage, 0) == Purged(values=1, exchanges=0)
    assert restore_texts(masked, storage).texts == tuple(masked)
    storage.close()


async def test_names_are_kept_and_come_back_as_they_are_said(paths: Paths) -> None:
    storage = await opened(paths)
    naming = policy_of(Config(entities={"PERSON": Entity(token=TokenForm.NAME)}))
    text, found = "Ann Lee wrote", [[Span(0, 7, "PERSON", 0.9, "r")]]
    (named,) = mask_texts([text], found, storage, naming)
    surname = named.split()[1]
    storage.close()
    storage = await opened(paths)

    assert mask_texts([text], found, storage, naming) == [named]
    assert mask_texts([named], [[Span(0, len(named) - 6, "PERSON", 0.9, "r")]], storage, naming) == [named]
    assert mask_texts([text], found, storage, policy_of(Config()))[0].startswith("PERSON_")
    assert restore_texts([named, f"Ms. {surname}"], storage).texts == (text, "Ms. Lee")
    storage.close()


async def test_a_name_is_restored_behind_what_looks_like_one(paths: Paths) -> None:
    storage = await opened(paths)
    naming = policy_of(Config(entities={"PERSON": Entity(token=TokenForm.NAME)}))
    (named,) = mask_texts(["Ann"], [[Span(0, 3, "PERSON", 0.9, "r")]], storage, naming)

    assert restore_texts([f"tadaleno{named}", "Tavelumirona"], storage).texts == ("tadalenoAnn", "Tavelumirona")
    storage.close()
