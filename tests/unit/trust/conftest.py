from datetime import UTC, datetime
from pathlib import Path

import pytest

from maskwire_daemon.store.keys import Keys
from maskwire_daemon.trust.authority import Authority
from maskwire_daemon.trust.stores.store import Root


@pytest.fixture(scope="session")
def pem(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    folder = tmp_path_factory.mktemp("authority")
    return Authority.load_or_create(folder, Keys.ephemeral(), ["api.openai.com"], lambda: datetime.now(UTC)).ca_pem


@pytest.fixture
def root(tmp_path: Path, pem: bytes) -> Root:
    file = tmp_path / "root.pem"
    file.write_bytes(pem)
    return Root.load(file)
