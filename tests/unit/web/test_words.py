"""Figures in words, and where a page belongs in the navigation."""

import pytest

from maskwire_daemon.web.section import Section
from maskwire_daemon.web.site import SECTIONS
from maskwire_daemon.web.words import duration, kind, milliseconds, number, size


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0 s"), (-5, "0 s"), (59.4, "59 s"), (60, "1 min"), (3661, "1 h 1 min"), (90061, "1 d 1 h")],
)
def test_a_duration_has_its_two_largest_units(seconds: float, words: str) -> None:
    assert duration(seconds) == words


@pytest.mark.parametrize(("ms", "words"), [(0.44, "0.4 ms"), (12.3, "12 ms"), (3400, "3.4 s")])
def test_a_delay_is_as_exact_as_it_is_short(ms: float, words: str) -> None:
    assert milliseconds(ms) == words


def test_counts_and_sizes_are_read_at_a_glance() -> None:
    assert [number(1234567), size(999), size(1500), size(2_500_000)] == [
        "1\u202f234\u202f567",
        "999 B",
        "1.5 kB",
        "2.5 MB",
    ]


def test_kinds_are_those_that_pages_colour() -> None:
    assert [kind(e) for e in ("API_KEY", "IBAN_CODE", "PERSON", "CUSTOM", "INVENTED")] == [
        "secret",
        "structured",
        "prose",
        "own",
        "structured",
    ]


@pytest.mark.parametrize("section", SECTIONS, ids=lambda s: s.title)
def test_a_page_belongs_to_one_section(section: Section) -> None:
    paths = {route.path.replace("{id:int}", "7") for route in section.routes}

    for path in paths:
        assert [each.title for each in SECTIONS if each.holds(path)] == [section.title]
