"""The store of a Linux system: a folder of certificates and the command that reads it.

Source: https://manpages.debian.org/update-ca-certificates, https://www.mankier.com/8/update-ca-trust,
https://wiki.archlinux.org/title/Transport_Layer_Security#Add_a_certificate_to_a_trust_store
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from maskwire_daemon.trust.stores.store import Command, Root


@dataclass(frozen=True, slots=True)
class Layout:
    """How one family of distributions does it: the folder, the command, and the one file that it makes of all."""

    family: str
    folder: str
    suffix: str
    refresh: tuple[str, ...]
    bundle: str


LAYOUTS = (
    Layout(
        "Fedora",
        "/etc/pki/ca-trust/source/anchors",
        ".pem",
        ("update-ca-trust", "extract"),
        "/etc/pki/tls/certs/ca-bundle.crt",
    ),
    Layout(
        "Debian",
        "/usr/local/share/ca-certificates",
        ".crt",
        ("update-ca-certificates",),
        "/etc/ssl/certs/ca-certificates.crt",
    ),
    Layout(
        "Arch",
        "/etc/ca-certificates/trust-source/anchors",
        ".crt",
        ("trust", "extract-compat"),
        "/etc/ssl/certs/ca-certificates.crt",
    ),
    Layout("openSUSE", "/etc/pki/trust/anchors", ".pem", ("update-ca-certificates",), "/etc/ssl/ca-bundle.pem"),
)
"""In the order in which they are looked for: some systems have more than one of the folders."""


class SystemStore:
    """The whole machine's store, of one layout below ``top``."""

    name = "system"
    system = True

    def __init__(self, layout: Layout, top: Path = Path("/")) -> None:
        self.layout = layout
        self._folder = top / layout.folder.removeprefix("/")
        self._bundle = top / layout.bundle.removeprefix("/")
        self.where = str(self._folder)

    def holds(self, root: Root) -> bool:
        """Tell whether the bundle that programs read has ``root`` in it."""
        try:
            return root.pem.strip() in self._bundle.read_text(encoding="utf-8", errors="replace")
        except OSError:
            return False

    def installing(self, root: Root) -> Sequence[Command]:
        """Return what copies the certificate and rebuilds the bundle."""
        target = str(self._file(root))
        return (
            Command(f"copy the certificate to {target}", ("install", "-m", "644", str(root.file), target), root=True),
            self._refreshing(),
        )

    def uninstalling(self, root: Root) -> Sequence[Command]:
        """Return what removes that copy and rebuilds the bundle."""
        target = str(self._file(root))
        return Command(f"remove {target}", ("rm", "-f", target), root=True), self._refreshing()

    def _file(self, root: Root) -> Path:
        return self._folder / f"{root.name}{self.layout.suffix}"

    def _refreshing(self) -> Command:
        return Command(f"rebuild the system's list of authorities ({self._bundle})", self.layout.refresh, root=True)


def system_store(top: Path = Path("/")) -> SystemStore | None:
    """Return this system's store, ``None`` where no layout is known."""
    for layout in LAYOUTS:
        if (top / layout.folder.removeprefix("/")).is_dir():
            return SystemStore(layout, top)
    return None
