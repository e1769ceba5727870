"""The store of a Java runtime, through its own ``keytool``.

Source: https://docs.oracle.com/en/java/javase/21/docs/specs/man/keytool.html
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from maskwire_daemon.trust.stores.store import Command, Look, Root

PASSWORD = "changeit"  # noqa: S105 - the documented password of every runtime's own store
"""Guards nothing: it is the same everywhere, and the store holds public certificates."""


class JavaStore:
    """The ``cacerts`` of one runtime. It belongs to whoever installed that, so it counts as the system's."""

    name = "Java"
    system = True

    def __init__(self, runtime: Path, look: Look) -> None:
        self._tool = str(runtime / "bin" / "keytool")
        self._file = runtime / "lib" / "security" / "cacerts"
        self.where = str(self._file)
        self._look = look

    def holds(self, root: Root) -> bool:
        """Tell whether ``root`` is in the store under our name."""
        found = self._look((*self._on("-exportcert"), "-rfc", "-alias", root.name))
        return found is not None and "".join(root.pem.split()) in "".join(found.split())

    def installing(self, root: Root) -> Sequence[Command]:
        """Return what adds ``root``."""
        adding = (*self._on("-importcert"), "-noprompt", "-trustcacerts", "-alias", root.name, "-file", str(root.file))
        return (Command(f"add the certificate to {self.where}", adding, root=self._foreign()),)

    def uninstalling(self, root: Root) -> Sequence[Command]:
        """Return what removes ``root`` again."""
        removing = (*self._on("-delete"), "-alias", root.name)
        return (Command(f"remove the certificate from {self.where}", removing, root=self._foreign()),)

    def _on(self, what: str) -> tuple[str, ...]:
        return (self._tool, what, "-keystore", str(self._file), "-storepass", PASSWORD)

    def _foreign(self) -> bool:
        return not os.access(self._file, os.W_OK)


def java_stores(environ: Mapping[str, str], look: Look) -> Iterator[JavaStore]:
    """Yield the runtime of ``JAVA_HOME``, unless its store is only a link to the system's."""
    runtime = Path(environ.get("JAVA_HOME", ""))
    file = runtime / "lib" / "security" / "cacerts"
    if environ.get("JAVA_HOME") and file.exists() and not file.is_symlink():
        yield JavaStore(runtime, look)
