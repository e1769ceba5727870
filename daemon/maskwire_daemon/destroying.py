"""The end of a vault: its keys first, then all that was kept because of it. IO: database, key, one folder; blocks."""

from pathlib import Path

from maskwire_daemon.config import versions
from maskwire_daemon.storage import Storage


def destroy(storage: Storage, settings: Path) -> None:
    """Make every value unreadable for good, and remove what the next vault has no use for.

    Those are learned secrets, tokens of access, and earlier versions of the file ``settings``, in which own words may
    stand. That file itself is the person's; values that it allows stand in it as hashes that nothing can check once
    the key is gone. The audit log stays, since it tells of this; trust in certificates stays, since what is written
    about it is needed to undo it.

    Raises:
        ControlError: key and vault are in memory.
        VaultError: something could not be removed; the keys may be gone all the same.
    """
    storage.key_care.destroy(storage.vault)
    storage.secrets.forget(())
    storage.access.clear()
    storage.database.forget_deleted()
    versions.forget(settings)
