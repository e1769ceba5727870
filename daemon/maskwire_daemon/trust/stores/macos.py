"""The keychains of macOS. Written from Apple's documentation, and not run by us.

Source: https://ss64.com/mac/security.html, https://developer.apple.com/documentation/security/trust-settings
"""

from collections.abc import Sequence
from pathlib import Path

from maskwire_daemon.trust.stores.store import Command, Look, Root

SYSTEM_KEYCHAIN = "/Library/Keychains/System.keychain"


class KeychainStore:
    """One keychain, with the trust settings of one person or of the machine."""

    def __init__(self, keychain: str, look: Look, *, system: bool) -> None:
        self.name = "system keychain" if system else "login keychain"
        self.where = keychain
        self.system = system
        self._look = look

    def holds(self, root: Root) -> bool:
        """Tell whether ``root`` is in the keychain and trusted for TLS."""
        listed = self._look(("security", "find-certificate", "-a", "-Z", self.where)) or ""
        if root.sha256.upper() not in listed.upper():
            return False
        return self._look(("security", "verify-cert", "-c", str(root.file), "-p", "ssl", "-L")) is not None

    def installing(self, root: Root) -> Sequence[Command]:
        """Return what adds ``root`` and trusts it for TLS alone; macOS asks for the password."""
        domain = ("-d",) if self.system else ()
        adding = ("security", "add-trusted-cert", *domain, "-r", "trustRoot", "-p", "ssl", "-k", self.where)
        return (Command(f"trust the certificate in {self.where}", (*adding, str(root.file)), root=self.system),)

    def uninstalling(self, root: Root) -> Sequence[Command]:
        """Return what takes the trust back and deletes the certificate."""
        domain = ("-d",) if self.system else ()
        return (
            Command(
                "take the trust back", ("security", "remove-trusted-cert", *domain, str(root.file)), root=self.system
            ),
            Command(
                f"delete the certificate from {self.where}",
                ("security", "delete-certificate", "-Z", root.sha1.upper(), self.where),
                root=self.system,
            ),
        )


def keychain_stores(home: Path, look: Look) -> tuple[KeychainStore, KeychainStore]:
    """Return the person's keychain and the machine's."""
    login = KeychainStore(str(home / "Library/Keychains/login.keychain-db"), look, system=False)
    return login, KeychainStore(SYSTEM_KEYCHAIN, look, system=True)
