"""The model is loaded once for all tests of names."""

from collections.abc import Callable

import pytest

from maskwire.detect.fragment import Fragment
from maskwire.detect.names import Finder, load_names

Found = list[tuple[str, str]]


@pytest.fixture(scope="session")
def names() -> Finder:
    """Our own model."""
    return load_names()


@pytest.fixture
def people(names: Finder) -> Callable[[str], list[str]]:
    """Return the people that are found in a text."""

    def find(text: str) -> list[str]:
        (spans,) = names.find([Fragment(text)])
        return [text[s.start : s.end] for s in spans if s.entity == "PERSON" and s.score >= 0.5]

    return find
