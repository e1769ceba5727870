"""The keys of a machine that is in a team: its own may change; the team's are no single machine's to change."""

from typing import NoReturn, Self

from maskwire.errors import VaultError
from maskwire_daemon.store.care import KeyCare, Progress
from maskwire_daemon.store.contract import KeptVault


class TeamCare(KeyCare):
    """As ``KeyCare``, without what would touch the team's values. The master key rotates as ever."""

    @classmethod
    def of(cls, care: KeyCare) -> Self:
        """Return the care of the same keys on a machine of a team."""
        return cls(care._envelope, care._provider)  # noqa: SLF001 - a kind of the same

    def rotate_values(self, progress: Progress) -> NoReturn:
        """Refuse: every machine of the team holds the key.

        Raises:
            VaultError: always.
        """
        del progress
        raise VaultError(
            "the team's values are encrypted under the team's key, which every machine of it holds, so no single one "
            "can change it: make a new team (`maskwire team create`) and invite the others. The machine's own master "
            "key can be changed: `maskwire rotate-key`"
        )

    def destroy(self, vault: KeptVault) -> NoReturn:
        """Refuse: the values are the team's.

        Raises:
            VaultError: always.
        """
        del vault
        raise VaultError(
            "this machine uses a team's vault: `maskwire team leave` destroys its copy of the team's key, and "
            "`maskwire team destroy` the values of everybody"
        )
