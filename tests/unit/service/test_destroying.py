"""What a vault's end takes along, and what it leaves."""

from pathlib import Path

import pytest

from maskwire.errors import ControlError
from maskwire.vault import Finding
from maskwire_daemon.config import versions
from maskwire_daemon.config.settings import Config
from maskwire_daemon.destroying import destroy
from maskwire_daemon.paths import Paths
from maskwire_daemon.storage import Opening, Storage
from maskwire_daemon.store.act import Act
from maskwire_daemon.store.secrets import Found

KEY = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
WORD, SECRET = "Project Heron", "hunter2-hunter2"


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    made = Paths.of({"MASKWIRE_HOME": str(tmp_path / "home")})
    made.create()
    return made


async def opened(paths: Paths, provider: str = "env") -> Storage:
    return await Opening(paths, Config(), {"MASKWIRE_KEY_PROVIDER": provider}).open()


async def test_all_that_belongs_to_a_vault_goes_with_it(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MASKWIRE_MASTER_KEY", KEY)
    storage = await opened(paths)
    [token] = storage.vault.tokenize([Finding("EMAIL_ADDRESS", "jane@corp.com")])
    storage.secrets.learn([Found("TOKEN", ".env", SECRET)], 1.0)
    mine = storage.access.add("reports", "viewer", restores=False)
    storage.audit.record_now(Act(1.0, "this computer", "POST", "/v1/vault/destroy"))
    paths.config.write_text("[detection]\nnames = false\n", encoding="utf-8")
    versions.keep(paths.config, f'[words]\nterms = ["{WORD}"]\n')
    destroy(storage, paths.config)
    storage.close()
    after = await opened(paths)
    held = b"".join(file.read_bytes() for file in paths.home.rglob("*") if file.is_file())

    assert after.vault.resolve(token) is None
    assert (after.secrets.known(), after.access.find(mine), after.access.tokens()) == ([], None, [])
    assert versions.versions(paths.config) == []
    assert paths.config.read_text(encoding="utf-8") == "[detection]\nnames = false\n"
    assert [entry.act.subject for entry in after.audit.entries()] == ["/v1/vault/destroy"]
    for gone in (WORD, SECRET, token, ".env"):
        assert gone.encode() not in held
    after.close()


async def test_a_vault_in_memory_ends_with_the_daemon(paths: Paths) -> None:
    storage = await opened(paths, "ephemeral")
    with pytest.raises(ControlError, match="in memory here"):
        destroy(storage, paths.config)
    storage.close()
