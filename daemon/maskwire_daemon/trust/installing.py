"""Makes programs trust our authority, and undoes exactly that. IO: programs that change trust stores, one record.

What was installed is written down before it happens, so that it can be undone after the authority was replaced, the
home was moved or the command was cut off.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from maskwire.errors import MaskwireError
from maskwire_daemon.paths import PRIVATE_DIR, write_private
from maskwire_daemon.trust.stores.java import java_stores
from maskwire_daemon.trust.stores.macos import keychain_stores
from maskwire_daemon.trust.stores.nss import nss_stores
from maskwire_daemon.trust.stores.store import Command, Root, Store
from maskwire_daemon.trust.stores.system import system_store
from maskwire_daemon.trust.stores.windows import windows_stores

RECORD = "trusted.json"
"""Names what was installed where, for as long as it is."""

RUN_S = 120.0
"""Seconds that one change may take: some ask the person for a password."""


class TrustFailed(MaskwireError):
    """A store could not be changed; the message names the program and what to do."""


@dataclass(frozen=True, slots=True)
class Trusted:
    """A store and whether it trusts the authority now."""

    store: Store
    holds: bool


def look(arguments: tuple[str, ...]) -> str | None:
    """Run a program that changes nothing; return what it printed, ``None`` when it failed or is missing."""
    if shutil.which(arguments[0]) is None:
        return None
    ran = subprocess.run(arguments, capture_output=True, text=True, errors="replace", check=False, timeout=RUN_S)
    return ran.stdout if ran.returncode == 0 else None


def stores(home: Path, environ: Mapping[str, str] = os.environ) -> list[Store]:
    """Return every store of this machine that could trust the authority, the person's own first."""
    found: list[Store] = []
    if sys.platform == "darwin":
        found += keychain_stores(home, look)
    elif sys.platform == "win32":
        found += windows_stores(look)
    else:
        found += nss_stores(home, look)
        if (system := system_store()) is not None:
            found.append(system)
    found += java_stores(environ, look)
    return sorted(found, key=lambda store: store.system)


def is_trusted(folder: Path) -> bool:
    """Tell whether the record in ``folder`` names a store that was made to trust us."""
    return (folder / RECORD).exists()


class Installer:
    """Changes stores by commands and remembers in ``folder`` what was done."""

    def __init__(self, folder: Path, run: Callable[[Command], None]) -> None:
        self._record = folder / RECORD
        self._copies = folder / "trusted"
        self._run = run

    def install(self, root: Root, chosen: Iterable[Store]) -> None:
        """Make each of the ``chosen`` stores trust ``root``.

        Raises:
            TrustFailed: a store could not be changed; what came before it stays, and can be undone.
        """
        for store in chosen:
            self._remember(root, store)
            for command in store.installing(root):
                self._run(command)

    def uninstall(self, known: Iterable[Store]) -> int:
        """Undo everything that was installed in the ``known`` stores; return how many changes that were.

        Raises:
            TrustFailed: a store could not be changed; it stays on record.
        """
        undone = 0
        for entry, commands in self._undoing(known):
            for command in commands:
                self._run(command)
            undone += bool(commands)
            self._write([e for e in self._entries() if e != entry])
        shutil.rmtree(self._copies, ignore_errors=True)
        return undone

    def plan_uninstall(self, known: Iterable[Store]) -> list[Command]:
        """Return the commands that ``uninstall`` would run."""
        return [command for _, commands in self._undoing(known) for command in commands]

    def _undoing(self, known: Iterable[Store]) -> Iterator[tuple[Mapping[str, str], Sequence[Command]]]:
        """Yield each record with what undoes it: nothing where the store or the certificate is gone already."""
        by_place = {(store.name, store.where): store for store in known}
        for entry in self._entries():
            store, root = by_place.get((entry["store"], entry["where"])), Root.load(Path(entry["root"]))
            yield entry, store.uninstalling(root) if store is not None and store.holds(root) else ()

    def _remember(self, root: Root, store: Store) -> None:
        self._copies.mkdir(mode=PRIVATE_DIR, parents=True, exist_ok=True)
        copy = self._copies / f"{root.name}.pem"
        write_private(copy, root.pem)
        entry = {"store": store.name, "where": store.where, "root": str(copy)}
        self._write([*(e for e in self._entries() if e != entry), entry])

    def _entries(self) -> list[dict[str, str]]:
        try:
            found: list[dict[str, str]] = json.loads(self._record.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return []
        return found

    def _write(self, entries: Sequence[Mapping[str, str]]) -> None:
        if entries:
            write_private(self._record, json.dumps(entries, indent=1))
        else:
            self._record.unlink(missing_ok=True)


def run(command: Command) -> None:
    """Run one change, with ``sudo`` where it needs rights that we do not have.

    Raises:
        TrustFailed: the program is missing, or it failed.
    """
    arguments = command.arguments
    if shutil.which(arguments[0]) is None:
        raise TrustFailed(
            f"{arguments[0]} is missing{_PACKAGE.get(arguments[0], '')}, so this was not done: {command.said}"
        )
    if command.root and hasattr(os, "geteuid") and os.geteuid() != 0:
        if shutil.which("sudo") is None:
            raise TrustFailed(f"this needs rights of an administrator, and there is no sudo: {' '.join(arguments)}")
        arguments = ("sudo", *arguments)
    ran = subprocess.run(arguments, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False)
    if ran.returncode != 0:
        reason = ran.stderr.strip().splitlines()[-1:] or [f"it left with {ran.returncode}"]
        raise TrustFailed(f"{arguments[0]} could not {command.said}: {reason[0]}")


_PACKAGE = {"certutil": " (install libnss3-tools, nss-tools or nss)"}
"""Which package has a program."""
