"""The certificate stores of Windows, through its ``certutil``. Written from Microsoft's documentation; not run by us.

Source: https://learn.microsoft.com/windows-server/administration/windows-commands/certutil
"""

from collections.abc import Sequence

from maskwire_daemon.trust.stores.store import Command, Look, Root


class RootStore:
    """``Root`` of one person or of the machine."""

    def __init__(self, look: Look, *, system: bool) -> None:
        self.name = "Windows, all users" if system else "Windows, this user"
        self.where = "LocalMachine\\Root" if system else "CurrentUser\\Root"
        self.system = system
        self._scope = () if system else ("-user",)
        self._look = look

    def holds(self, root: Root) -> bool:
        """Tell whether ``root`` is in the store."""
        return self._look(("certutil.exe", *self._scope, "-store", "Root", root.serial)) is not None

    def installing(self, root: Root) -> Sequence[Command]:
        """Return what adds ``root``; Windows asks the person."""
        adding = ("certutil.exe", *self._scope, "-addstore", "Root", str(root.file))
        return (Command(f"add the certificate to {self.where}", adding, root=self.system),)

    def uninstalling(self, root: Root) -> Sequence[Command]:
        """Return what removes ``root`` again."""
        removing = ("certutil.exe", *self._scope, "-delstore", "Root", root.serial)
        return (Command(f"remove the certificate from {self.where}", removing, root=self.system),)


def windows_stores(look: Look) -> tuple[RootStore, RootStore]:
    """Return the person's store and the machine's."""
    return RootStore(look, system=False), RootStore(look, system=True)
