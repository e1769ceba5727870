"""The databases of Chromium, Chrome, Edge and Firefox on Linux, through NSS's ``certutil``.

Source: https://firefox-source-docs.mozilla.org/security/nss/legacy/tools/certutil/index.html,
https://chromium.googlesource.com/chromium/src/+/main/docs/linux/cert_management.md
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

from maskwire_daemon.trust.stores.store import Command, Look, Root

SHARED = ".pki/nssdb"
"""The database that Chromium and its relatives share, below the home folder."""

PROFILES = (
    ("Firefox", ".mozilla/firefox/*"),
    ("Firefox", "snap/firefox/common/.mozilla/firefox/*"),
    ("Firefox", ".var/app/org.mozilla.firefox/.mozilla/firefox/*"),
    ("Chromium", "snap/chromium/current/.pki/nssdb"),
)
"""Other databases, as patterns below the home folder."""

FILE = "cert9.db"
"""In every database of the present format."""


class NssStore:
    """One database folder."""

    system = False

    def __init__(self, name: str, folder: Path, look: Look) -> None:
        self.name = name
        self.where = str(folder)
        self._database = f"sql:{folder}"
        self._folder = folder
        self._look = look

    def holds(self, root: Root) -> bool:
        """Tell whether ``root`` is in the database under our name."""
        found = self._look(("certutil", "-d", self._database, "-L", "-n", root.name, "-a"))
        return found is not None and _bare(found) == _bare(root.pem)

    def installing(self, root: Root) -> Sequence[Command]:
        """Return what adds ``root`` as an authority for servers, and makes the database where there is none."""
        add = ("certutil", "-d", self._database, "-A", "-t", "C,,", "-n", root.name, "-i", str(root.file))
        adding = Command(f"add the certificate to {self.where}", add)
        if (self._folder / FILE).exists():
            return (adding,)
        return (
            Command(f"make the folder {self.where}", ("mkdir", "-p", "-m", "700", self.where)),
            Command(
                f"make an empty database in {self.where}", ("certutil", "-d", self._database, "-N", "--empty-password")
            ),
            adding,
        )

    def uninstalling(self, root: Root) -> Sequence[Command]:
        """Return what removes ``root`` again. An emptied database stays: a browser may use it by now."""
        remove = ("certutil", "-d", self._database, "-D", "-n", root.name)
        return (Command(f"remove the certificate from {self.where}", remove),)


def nss_stores(home: Path, look: Look) -> Iterator[NssStore]:
    """Yield the databases below ``home``; the shared one of Chromium also where it does not exist yet."""
    yield NssStore("Chromium, Chrome, Edge", home / SHARED, look)
    for name, pattern in PROFILES:
        for folder in sorted(home.glob(pattern)):
            if (folder / FILE).exists():
                yield NssStore(name, folder, look)


def _bare(pem: str) -> str:
    """Return the letters of a certificate without line ends, which tools write differently."""
    return "".join(pem.split())
