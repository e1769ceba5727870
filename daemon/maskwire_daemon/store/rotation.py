"""Changing keys: the master key (only rewraps) and the data keys (re-encrypts every value). Tokens stay.

IO, blocking. Both may be cut off at any point: the vault opens, and the next call takes them up again.
"""

from collections.abc import Callable
from typing import Final

from maskwire_daemon.store import meta
from maskwire_daemon.store.entries import COLUMNS, Codec, Row
from maskwire_daemon.store.envelope import Envelope, Slot

_BATCH: Final = 500
"""Rows re-encrypted by one transaction: about 10 ms, so that a request's own write hardly waits."""


def rotate_master(envelope: Envelope, new: bytes, adopt: Callable[[bytes], None]) -> None:
    """Wrap the vault's keys under ``new`` and let ``adopt`` hand it to the key provider.

    The old key opens the vault until ``adopt`` has returned, the new one from before it is called: whichever
    the provider holds after a crash will do, and the other is removed when the vault is opened next.

    Raises:
        VaultError: nothing was changed, or ``adopt`` failed and both keys open the vault.
    """
    database = envelope.database
    vault = meta.value(database, meta.VAULT)
    assert vault is not None  # an open envelope has one
    with database.lock():
        slot = Slot(new, vault)
        if slot.id == envelope.slot.id:
            return
        with database.write() as connection:
            envelope.slot.drop_others(connection)
            for name, key in envelope.slot.read(connection).items():
                slot.write(connection, name, key)
        adopt(new)
        with database.write() as connection:
            slot.drop_others(connection)
        envelope.slot = slot
        database.forget_deleted()


def rotate_values(envelope: Envelope, progress: Callable[[int, int], None]) -> int:
    """Re-encrypt every value under a new data key and destroy the old ones; return how many values.

    ``progress`` is called with the number done and the number in all, after each batch. Other threads and
    processes may use the vault meanwhile.

    Raises:
        VaultCorrupt: a value cannot be read; the old keys are kept.
    """
    database, values = envelope.database, envelope.keys.values
    codec = Codec(envelope.keys)
    with database.lock():
        with database.write() as connection:
            envelope.slot.drop_others(connection)
            if len(envelope.versions(connection)) == 1:  # else the last rotation was cut off: finish it
                envelope.add_version(connection)
        values.reload()
        newest = values.current
        ((total,),) = database.read("SELECT count(*) FROM entries WHERE version != ?", (newest,))
        done = 0
        while not _old_versions_dropped(envelope, newest):
            last = 0
            while rows := _reseal_some(envelope, codec, last):
                done, last = done + len(rows), rows[-1].id
                progress(done, max(total, done))
        values.reload()
        database.forget_deleted()
    return done


def _old_versions_dropped(envelope: Envelope, newest: int) -> bool:
    """Destroy the old data keys unless a value still needs one; tell whether they are gone."""
    with envelope.database.write() as connection:
        if connection.execute("SELECT 1 FROM entries WHERE version != ? LIMIT 1", (newest,)).fetchone():
            return False
        envelope.drop_versions(connection, keep=newest)
        return True


def _reseal_some(envelope: Envelope, codec: Codec, after: int) -> list[Row]:
    """Re-encrypt one batch of rows with an id above ``after`` in one transaction; return them as they were."""
    newest = envelope.keys.values.current
    with envelope.database.write() as connection:
        found = connection.execute(
            f"SELECT {COLUMNS} FROM entries WHERE id > ? AND version != ? ORDER BY id LIMIT {_BATCH}",  # noqa: S608
            (after, newest),
        )
        rows = [Row(*columns) for columns in found]
        for row in rows:
            version, sealed = codec.seal(codec.open(row), row.token, row.lookup)
            connection.execute("UPDATE entries SET version = ?, sealed = ? WHERE id = ?", (version, sealed, row.id))
    return rows
