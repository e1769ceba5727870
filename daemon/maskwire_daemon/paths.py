"""Where one maskwire keeps its files. IO: makes folders that only their owner can enter."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from maskwire_client.discovery import RUNTIME_FILE, home_folders

PRIVATE_DIR = 0o700
"""Mode of every folder we make: nobody but the owner."""

PRIVATE_FILE = 0o600
"""Mode of every file we make."""


@dataclass(frozen=True, slots=True)
class Paths:
    """Every file and folder of one home. All are ours to write but ``config`` and ``rules``, which are the person's."""

    home: Path
    """The folder that is shown to the person: the one with their settings."""
    config: Path
    rules: Path
    """A folder: the person's own rule packs."""
    data: Path
    database: Path
    authority: Path
    """A folder: the certificate authority's public parts and its sealed key."""
    bundle: Path
    """The system's roots and ours, PEM: what clients are told to trust."""
    java_bundle: Path
    """The same roots as a Java trust store."""
    state: Path
    runtime: Path
    lock: Path
    log: Path

    @classmethod
    def of(cls, environ: Mapping[str, str] = os.environ) -> "Paths":
        """Return the paths that the environment chooses; nothing is created."""
        folders = home_folders(environ)
        authority = folders.data / "authority"
        return cls(
            home=folders.config,
            config=folders.config / "config.toml",
            rules=folders.config / "rules",
            data=folders.data,
            database=folders.data / "maskwire.db",
            authority=authority,
            bundle=authority / "bundle.pem",
            java_bundle=authority / "bundle.p12",
            state=folders.state,
            runtime=folders.state / RUNTIME_FILE,
            lock=folders.state / "maskwire.lock",
            log=folders.state / "maskwire.log",
        )

    def create(self) -> None:
        """Make the folders, closed to everyone else; existing ones of ours are closed too."""
        for folder in dict.fromkeys((self.home, self.data, self.state, self.authority)):
            folder.mkdir(mode=PRIVATE_DIR, parents=True, exist_ok=True)
            folder.chmod(PRIVATE_DIR)


def write_private(file: Path, text: str) -> None:
    """Replace ``file`` by ``text`` in one step, readable by its owner alone from the first byte."""
    fresh = file.with_name(f".{file.name}.{os.getpid()}")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, PRIVATE_FILE), "w", encoding="utf-8") as out:
        out.write(text)
    fresh.replace(file)
