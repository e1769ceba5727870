"""Parts of other libraries that are not read until somebody uses them. Sans-IO but for importing.

A library imports all that it might need, most of which nobody here uses: that is start and memory. A stand-in takes
the place of such a part while the library is imported, and whatever took a name from it gets the real thing when it
first uses it. Afterwards the stand-in is gone from the list of modules: whoever imports the part gets the real one.
Source: https://docs.python.org/3/reference/import.html#the-module-cache
"""

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from types import ModuleType
from typing import Any


class _Later:
    """A name of a module that is imported when the name is first called or asked for an attribute."""

    def __init__(self, module: str, name: str) -> None:
        self._place = module, name

    def _real(self) -> Any:
        module, name = self._place
        return getattr(import_module(module), name)

    def __call__(self, *args: object, **kwargs: object) -> Any:
        return self._real()(*args, **kwargs)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real(), name)


class Unread(ModuleType):
    """A module of which nothing is read until something of it is used. No class of it can be inherited from."""

    def __getattr__(self, name: str) -> _Later:
        if name.startswith("__"):
            raise AttributeError(name)
        return _Later(self.__name__, name)


def unread(*names: str) -> dict[str, ModuleType | None]:
    """Return an ``Unread`` for each name, as ``standing`` takes them."""
    return {name: Unread(name) for name in names}


@contextmanager
def standing(modules: Mapping[str, ModuleType | None]) -> Iterator[None]:
    """Let ``modules`` stand for those of their names until the block ends; those that are loaded already stay.

    None stands for a module that cannot be imported.
    """
    put = {name: module for name, module in modules.items() if name not in sys.modules}
    sys.modules.update(put)  # type: ignore[arg-type]  # None is what the import system takes for "cannot"
    try:
        yield
    finally:
        for name, module in put.items():
            del sys.modules[name]
            parent, _, last = name.rpartition(".")
            if isinstance(module, Unread) and parent in sys.modules:
                vars(sys.modules[parent]).setdefault(last, module)  # for who writes ``import parent.last``
