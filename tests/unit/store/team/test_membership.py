"""The team's key lies sealed in the machine's own database and ends with the machine's own vault."""

import base64

import pytest

from maskwire.errors import VaultCorrupt
from maskwire.tokens import Minter
from maskwire_daemon.store import meta
from maskwire_daemon.store.database import Database
from maskwire_daemon.store.envelope import Envelope
from maskwire_daemon.store.keys import Keys
from maskwire_daemon.store.team import membership
from maskwire_daemon.store.team.membership import Membership
from maskwire_daemon.store.vault import SqliteVault
from tests.unit.store.conftest import MASTER


def test_it_is_kept_until_it_is_forgotten(database: Database, envelope: Envelope) -> None:
    made = Membership.new("hunter22")
    membership.keep(database, envelope.keys, made)

    assert membership.kept(database, Envelope.open(database, MASTER).keys) == made
    assert membership.forget(database)
    assert membership.kept(database, envelope.keys) is None
    assert not membership.forget(database)


def test_the_file_holds_neither_key_nor_password(database: Database, envelope: Envelope) -> None:
    made = Membership.new("hunter22")
    membership.keep(database, envelope.keys, made)
    stored = b"".join(path.read_bytes() for path in database.path.parent.iterdir())

    assert b"hunter22" not in stored
    assert made.key not in stored
    assert base64.b64encode(made.key) not in stored


def test_another_vaults_key_reads_nothing(database: Database, envelope: Envelope) -> None:
    membership.keep(database, envelope.keys, Membership.new())

    with pytest.raises(VaultCorrupt, match="maskwire team leave"):
        membership.kept(database, Keys.ephemeral())


def test_something_else_in_its_place_is_noticed(database: Database, envelope: Envelope) -> None:
    with database.write() as connection:
        meta.put(connection, meta.TEAM, b"x" * 80)

    with pytest.raises(VaultCorrupt, match="maskwire team leave"):
        membership.kept(database, envelope.keys)


def test_destroying_the_machines_vault_ends_it(database: Database, envelope: Envelope) -> None:
    membership.keep(database, envelope.keys, Membership.new())
    SqliteVault(database, envelope.keys, Minter(envelope.keys.token)).destroy()

    assert meta.value(database, meta.TEAM) is None


@pytest.mark.parametrize("named", [{}, {"vault": "AA==", "key": "AA=="}, {"vault": "?", "key": "?"}])
def test_what_is_no_membership_is_refused(named: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"."):
        Membership.from_json(named)
