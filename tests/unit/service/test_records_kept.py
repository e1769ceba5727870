"""The audit log is bounded, and says so when it cannot be written."""

import base64
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from maskwire.errors import VaultError
from maskwire_daemon import housekeeping, report
from maskwire_daemon.config.settings import Config, Detection, Journal
from maskwire_daemon.detection.searching import Searching
from maskwire_daemon.live import Live, with_ports
from maskwire_daemon.paths import Paths
from maskwire_daemon.report import Period
from maskwire_daemon.report_lines import as_json_lines
from maskwire_daemon.storage import DAY_S, Opening, Storage
from maskwire_daemon.store import batches
from maskwire_daemon.store.act import Act


@pytest.fixture
async def live(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Live]:
    monkeypatch.setenv("MASKWIRE_MASTER_KEY", base64.b64encode(bytes(range(32))).decode())
    paths, config = Paths.of({"MASKWIRE_HOME": str(tmp_path)}), Config(detection=Detection(names=False))
    paths.create()
    made = Live(paths, config, Searching(paths, config).detector)
    made.storage = await Opening(paths, config, {"MASKWIRE_KEY_PROVIDER": "env"}).open()
    yield made
    made.storage.close()


@pytest.fixture
def storage(live: Live) -> Storage:
    return live.opened()


def test_acts_go_after_their_time(live: Live, storage: Storage) -> None:
    old = time.time() - (housekeeping.AUDIT_DAYS + 1) * DAY_S
    storage.audit.record_now(Act(old, "ci", "POST", "/v1/mask"))
    storage.audit.record_now(Act(time.time(), "ci", "POST", "/v1/scan"))

    housekeeping.tidy(live, storage)

    assert [entry.act.subject for entry in storage.audit.entries()] == ["/v1/scan"]
    assert storage.audit.verify().ok


def test_acts_take_no_more_than_their_room(live: Live, storage: Storage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(housekeeping, "AUDIT_BYTES", 500)
    for number in range(50):
        storage.audit.record(Act(time.time(), "ci", "PUT", f"/v1/{number}"))
    storage.audit.flush()

    housekeeping.tidy(live, storage)

    kept = storage.audit.entries()
    assert 0 < len(kept) < 50
    assert kept[0].act.subject == "/v1/49"


async def test_an_audit_log_that_cannot_be_written_needs_attention(live: Live, storage: Storage) -> None:
    assert "audit log" not in "".join((await live.status()).reasons)
    with storage.database.write() as connection:
        connection.execute("ALTER TABLE acts RENAME TO away")
    storage.audit.record(Act(1.0, "ci", "POST", "/v1/mask"))
    with pytest.raises(VaultError):
        storage.audit.flush()

    assert any("the audit log cannot be written" in reason for reason in (await live.status()).reasons)

    with storage.database.write() as connection:
        connection.execute("ALTER TABLE away RENAME TO acts")
    storage.audit.flush()
    assert "audit log" not in "".join((await live.status()).reasons)


async def test_records_that_were_lost_are_told(live: Live, storage: Storage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "QUEUE", 1)
    with storage.database.write():
        for number in range(4):
            storage.audit.record(Act(time.time(), "ci", "PUT", f"/v1/{number}"))
    storage.audit.flush()
    lost = storage.audit.dropped

    assert lost >= 2
    assert (
        f"{lost} records of the audit log were lost: the disk refused them for too long" in (await live.status()).notes
    )
    assert f"{lost} since the start were lost" in as_json_lines(report.whole(storage, Period(0.0, time.time() + 1)))


async def test_ports_that_were_chosen_freely_are_no_change(live: Live, storage: Storage) -> None:
    live.ports = {"proxy": 0, "api": 0}
    live.config = with_ports(live.config, live.ports)
    live.follow(Config(detection=Detection(names=False), journal=Journal(retention_days=3)))

    assert [entry.act.subject for entry in storage.audit.entries()] == ["journal.retention_days"]
    assert (live.config.proxy.port, live.config.api.port) == (0, 0)
