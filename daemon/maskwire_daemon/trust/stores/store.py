"""What every trust store can do. Sans-IO but for looking: changes are commands, run by ``changes``."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from cryptography.hazmat.primitives.hashes import SHA1, SHA256
from cryptography.x509 import load_pem_x509_certificate

PREFIX = "maskwire"
"""Begins the name of our authority in every store, so that one can be found again."""


@dataclass(frozen=True, slots=True)
class Root:
    """The authority that is to be trusted. ``file`` holds ``pem``; hashes and ``serial`` are hex in lower case."""

    file: Path
    pem: str
    sha1: str
    sha256: str
    serial: str

    @classmethod
    def load(cls, file: Path) -> "Root":
        """Read the authority in ``file``.

        Raises:
            OSError: there is none yet, or it cannot be read.
        """
        pem = file.read_text(encoding="ascii")
        certificate = load_pem_x509_certificate(pem.encode())
        return cls(
            file=file,
            pem=pem,
            sha1=certificate.fingerprint(SHA1()).hex(),  # noqa: S303 - how keychains name a certificate
            sha256=certificate.fingerprint(SHA256()).hex(),
            serial=f"{certificate.serial_number:x}",
        )

    @property
    def name(self) -> str:
        """What the authority is called in stores: one name for each, since a machine may have several homes."""
        return f"{PREFIX}-{self.sha256[:12]}"


@dataclass(frozen=True, slots=True)
class Command:
    """One change: a program with its arguments, and what it does in words. ``root`` says that it needs rights."""

    said: str
    arguments: tuple[str, ...]
    root: bool = False


class Store(Protocol):
    """One place that programs look trusted authorities up in."""

    name: str
    """What the person calls it, as ``system`` or ``Firefox``."""
    where: str
    """Its file, folder or keychain."""
    system: bool
    """Whether it is the whole machine's, so that it is changed only when that was asked for."""

    def holds(self, root: Root) -> bool:
        """Tell whether ``root`` is trusted here now."""

    def installing(self, root: Root) -> Sequence[Command]:
        """Return what makes ``root`` trusted here."""

    def uninstalling(self, root: Root) -> Sequence[Command]:
        """Return what undoes exactly that."""


Look = Callable[[tuple[str, ...]], str | None]
"""Runs a program that changes nothing and returns what it printed, ``None`` when it failed or is missing."""
