"""Countdowns, counts and names as a person reads them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maskwire_tray.view import View
from maskwire_tray.words import LINE, MAX_LINES, entity_words, event_line, left, shortened, title, wrapped
from tests.unit.tray.views import event, view


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (-5, "less than a minute"),
        (59.9, "less than a minute"),
        (60, "1 min"),
        (60.1, "2 min"),
        (719, "12 min"),
        (720, "12 min"),
        (3600, "1 h"),
        (3601, "1 h 1 min"),
        (86400, "24 h"),
    ],
)
def test_a_countdown_is_rounded_up(seconds: float, said: str) -> None:
    assert left(seconds) == said


def test_an_exchange_is_told_in_types_and_counts() -> None:
    told = event_line(event(1, entities={"PERSON": 1, "EMAIL_ADDRESS": 3}))

    assert told.partition("  ")[2] == "api.openai.com  masked: 3 × email address, 1 × person"
    assert event_line(event(1, outcome="blocked")).endswith("api.openai.com  refused")
    assert event_line(event(1, outcome="blocked", reason="unknown_path")).endswith("refused: unknown path")
    assert event_line(event(1, outcome="unheard of")).endswith("unheard of")


@pytest.mark.parametrize(
    ("entity", "said"), [("US_SSN", "US SSN"), ("API_KEY", "API key"), ("IBAN_CODE", "IBAN code"), ("PERSON", "person")]
)
def test_entities_are_words(entity: str, said: str) -> None:
    assert entity_words(entity) == said


def test_the_title_says_whose_it_is_and_how_it_stands() -> None:
    assert title(view()) == "maskwire: Protecting"
    assert title(View(problem="x")) == "maskwire: maskwire does not answer"


@given(st.text(), st.integers(min_value=2, max_value=90))
def test_a_line_fits_and_is_only_cut_when_it_must(text: str, width: int) -> None:
    cut = shortened(text, width)

    assert len(cut) <= width
    assert cut == text or (len(text) > width and cut.endswith("…"))


@given(st.text(st.characters(categories=("L", "P", "Zs")), max_size=600))
def test_a_reason_takes_few_lines(text: str) -> None:
    lines = wrapped(text)

    assert len(lines) <= MAX_LINES
    assert all(len(line) <= LINE for line in lines)
