"""Finding names of people, organizations and places: the choice of a back end. Sans-IO but for loading.

A back end is anything with ``find(fragments)``, as ``detect.pipeline.NameFinder`` says. spaCy and Presidio cost
seconds and a hundred megabytes to import, so each back end is imported only when it is chosen.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, runtime_checkable

from maskwire.detect.fragment import Fragment
from maskwire.spans import Span


class Engine(StrEnum):
    """Which back end finds names."""

    OWN = "own"
    """Our own model, a spaCy pipeline that ships with us."""
    SPACY = "spacy"
    """A stock model of spaCy: ``spacy_model``, or the best one that is installed."""
    REMOTE = "remote"
    """A Presidio analyzer that answers over HTTP."""


class NamesUnavailable(Exception):
    """A back end cannot be loaded. The text says what is missing and how to get it; it holds no value."""


@dataclass(frozen=True, slots=True)
class NameSettings:
    """Which back end to load, and with what.

    ``spacy_model`` is the name of an installed spaCy package, empty for the best one found. ``recognizers``
    are Presidio recognizers of the person, beside our own or a stock model: paths of YAML files, or classes as
    ``package.module:Class``.
    ``remote_url`` is the address of a Presidio analyzer, ``remote_timeout_s`` bounds each of its answers.
    """

    engine: str = Engine.OWN
    spacy_model: str = ""
    recognizers: tuple[str, ...] = ()
    remote_url: str = ""
    remote_timeout_s: float = 5.0
    language: str = "en"


class Finder(Protocol):
    """What every back end offers: the spans of each fragment, in the order of the fragments."""

    def find(self, fragments: Sequence[Fragment]) -> list[list[Span]]:
        """Return the names in each fragment, offsets in code points of its text."""


@runtime_checkable
class PieceReader(Finder, Protocol):
    """A back end that reads a long text piece by piece, so that several processes may share one."""

    def read(self, fragments: Sequence[Fragment]) -> list[list[Span]]:
        """Return the names in each fragment as far as they are told without the rest of its text."""
        ...


def load_names(settings: NameSettings | None = None) -> Finder:
    """Return the back end that ``settings`` name, loaded and ready.

    Raises:
        NamesUnavailable: it cannot be loaded; nothing may be forwarded that needed it.
    """
    settings = settings or NameSettings()
    try:
        engine = Engine(settings.engine)
    except ValueError as e:
        known = ", ".join(Engine)
        raise NamesUnavailable(f"there is no engine of names {settings.engine!r}; choose one of {known}") from e
    _use_one_thread()
    if engine is Engine.REMOTE:
        from maskwire.detect.names_remote import RemoteNames

        return RemoteNames(settings.remote_url, settings.remote_timeout_s, settings.language)
    from maskwire.detect.names_presidio import PresidioNames, installed_model

    model = "" if engine is Engine.OWN else settings.spacy_model or installed_model()
    return PresidioNames(model, settings.recognizers)


def _use_one_thread() -> None:
    """Let the arithmetic use one thread: our matrices are small, and more threads only wait for each other.

    Has an effect only before numpy is first imported; eight times the processor time was measured without it.
    """
    for variable in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
        os.environ.setdefault(variable, "1")
