"""The repository's source files as the architecture tests see them."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]

PACKAGES = ("addon/maskwire", "daemon/maskwire_client", "daemon/maskwire_daemon", "tray/maskwire_tray")


@dataclass(frozen=True)
class Source:
    """One Python file; ``module`` is its dotted name (tests: from the repository's root)."""

    path: Path
    module: str

    @property
    def name(self) -> str:
        return str(self.path.relative_to(ROOT))

    @property
    def text(self) -> str:
        return self.path.read_text(encoding="utf-8")

    def imports(self) -> frozenset[str]:
        """Return the absolute names that it imports: modules, and each name of a ``from`` import as a dotted one."""
        return _imports(self.path)


@cache
def _imports(path: Path) -> frozenset[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
            found.update(f"{node.module}.{alias.name}" for alias in node.names)
    return frozenset(found)


@cache
def product() -> tuple[Source, ...]:
    """Return every source file of the four packages."""
    return tuple(source for package in PACKAGES for source in _below(ROOT / package, (ROOT / package).parent))


@cache
def suite() -> tuple[Source, ...]:
    """Return every file of the tests."""
    return tuple(_below(ROOT / "tests", ROOT))


def _below(folder: Path, root: Path) -> Iterator[Source]:
    for path in sorted(folder.rglob("*.py")):
        parts = path.relative_to(root).with_suffix("").parts
        yield Source(path, ".".join(parts).removesuffix(".__init__"))


def imports_package(source: Source, package: str) -> bool:
    """Tell whether ``source`` imports ``package`` or anything in it."""
    return any(name == package or name.startswith(package + ".") for name in source.imports())
