"""Words, patterns and allowances of the settings mean for detection what their documentation says."""

from datetime import date
from pathlib import Path

import pytest

from maskwire.detect.fingerprints import learn
from maskwire.detect.terms import TermSet, value_hash
from maskwire.policy import nothing_passes
from maskwire_daemon.config.file import Origin, parse
from maskwire_daemon.detection.own import Keyed, names_of, passing_of, terms_of

KEY = bytes(range(32))
TODAY = date(2026, 11, 22)
ORIGIN = Origin(Path("config.toml"), ("api.openai.com",))
ANNA = value_hash("Anna", KEY).hex()


def found(settings: str, text: str, keyed: Keyed | None = None) -> list[tuple[str, str]]:
    """Return what the person's own words find in ``text``: the value and its entity."""
    terms = terms_of(parse(settings, ORIGIN), keyed, TODAY)
    return [(text[s.start : s.end], s.entity) for s in TermSet(terms).find(text)] if terms else []


def test_nothing_of_ones_own_is_nothing_to_search() -> None:
    assert terms_of(parse("", ORIGIN), Keyed(KEY), TODAY) is None


def test_terms_are_found_in_any_case_as_whole_words() -> None:
    settings = '[words]\nterms = ["Project Heron", "Łódź"]'

    assert found(settings, "PROJECT HERON, łódź, herons") == [("PROJECT HERON", "CUSTOM"), ("łódź", "CUSTOM")]


@pytest.mark.parametrize(
    ("term", "text", "values"),
    [
        ("Heron", "Heron heron HERON xHeron", ["Heron"]),
        ("Heron", "Heron Heron", ["Heron", "Heron"]),
        ("Łódź", "Łódź łódź ŁódźŁ", ["Łódź"]),
        ("a.b+c", "a.b+c axb+c", ["a.b+c"]),
        ("Her*", "Heron her", ["Her"]),
        ("*ron", "Heron RON", ["ron"]),
        ("日本", "日本 日", ["日本"]),
    ],
)
def test_terms_with_case_are_exact(term: str, text: str, values: list[str]) -> None:
    settings = f'[words]\ncase = true\nterms = ["{term}"]\nentity = "ORGANIZATION"'

    assert found(settings, text) == [(value, "ORGANIZATION") for value in values]


def test_patterns_have_an_entity_and_may_ignore_case() -> None:
    settings = (
        "[[words.patterns]]\npattern = 'EMP-\\d{4}'\nentity = \"USERNAME\"\ncase = false\n"
        "[[words.patterns]]\npattern = 'ticket (\\d+)'\n"
    )

    assert found(settings, "emp-1234 ticket 77 Ticket 88") == [("emp-1234", "USERNAME"), ("77", "CUSTOM")]


def test_known_secrets_are_found_with_the_key_alone() -> None:
    keyed = Keyed(KEY, learn("hunter2-and-more", KEY))

    assert found("", "it is hunter2-and-more.", keyed) == [("hunter2-and-more", "PASSWORD")]
    assert found("", "it is hunter2-and-more.") == []


@pytest.mark.parametrize(
    ("more", "allowed"),
    [("", True), ("until = 2026-11-22", True), ("until = 2026-11-21", False), ('host = "api.openai.com"', False)],
)
def test_values_pass_everywhere_until_their_day(more: str, allowed: bool) -> None:
    terms = terms_of(parse(f'[[allow.values]]\nhash = "{ANNA}"\n{more}', ORIGIN), Keyed(KEY), TODAY)

    assert (terms is not None and value_hash("ANNA", KEY) in terms.allowed) is allowed


def test_without_a_key_no_allowance_is_taken() -> None:
    assert terms_of(parse(f'[[allow.values]]\nhash = "{ANNA}"', ORIGIN), None, TODAY) is None


def test_the_engine_of_names_is_what_was_chosen() -> None:
    chosen = names_of(parse('[detection]\nengine = "spacy"\nspacy_model = "xx"\nrecognizers = ["a.yaml"]', ORIGIN))

    assert chosen is not None
    assert (chosen.engine, chosen.spacy_model, chosen.recognizers) == ("spacy", "xx", ("a.yaml",))
    assert names_of(parse("[detection]\nnames = false", ORIGIN)) is None


def test_a_value_passes_to_its_host_alone() -> None:
    tables = "".join(
        f'[[allow.values]]\nhash = "{ANNA}"\n{more}\n'
        for more in ('host = "*.openai.azure.com"', 'host = "api.openai.com"\nuntil = 2026-11-21')
    )
    config = parse(tables, Origin(Path("config.toml"), ("api.openai.com", "*.openai.azure.com")))
    passes = passing_of(config, KEY, TODAY)

    assert passes("anna", "X.openai.azure.com")
    assert not passes("Bob", "x.openai.azure.com")
    assert not passes("Anna", "api.openai.com")
    assert passing_of(parse("", ORIGIN), KEY, TODAY) is nothing_passes
    assert not nothing_passes("Anna", "api.openai.com")
