"""Lone words that are names and something else: kept where the text speaks of somebody, left alone elsewhere."""

import pytest

from maskwire.detect.names_alone import meant
from maskwire.spans import Span


def people(text: str, *names: str, score: float = 0.75) -> list[Span]:
    return [Span(at := text.index(name), at + len(name), "PERSON", score, "names.own") for name in names]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Hi Rose,\nthanks", "Rose"),
        ("Dear Mr Bell, your parcel", "Bell"),
        ("Cheers\nDawn\n", "Dawn"),
        ("Jordan said that it rains", "Jordan"),
        ("please forward it to Austin", "Austin"),
        ("ask Julia for the key", "Julia"),
        ("Destiny: remember me", "Destiny"),
        ("Don't go to town, Mark!", "Mark"),
        ("patient: Victoria", "Victoria"),
        ("ask Charles Schwab for his number", "Charles Schwab"),
        ("Weber meldet sich wieder", "Weber"),
        ("Anna Kim Hospital bed 12", "Anna Kim"),
    ],
)
def test_a_reason_keeps_the_person(text: str, name: str) -> None:
    spans = people(text, name)

    assert meant(text, spans) == spans


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Carol singing starts at noon.", ("Carol",)),
        ("We visited Jordan, Georgia and Chad last summer.", ("Jordan", "Georgia", "Chad")),
        ("Cassandra vs Mongo", ("Cassandra",)),
        ("Ohm and Kirchhoff in class", ("Kirchhoff",)),
        ("the Levenberg–Marquardt step", ("Levenberg–Marquardt",)),
        ("Where is Monte Carlo used?", ("Monte Carlo",)),
        ("Stone, Brown and Gray paint", ("Stone", "Brown", "Gray")),
        ("Jäger, Fischer, Weber: alles Berufe", ("Jäger", "Fischer", "Weber")),
        ("Вера, надежда, любовь", ("Вера", "надежда", "любовь")),
        ("O carvalho dá sombra", ("carvalho",)),
        ("Goldman Sachs, Morgan Stanley and Charles Schwab raised fees", ("Morgan Stanley", "Charles Schwab")),
        ("Mercedes-Benz vs Rolls-Royce", ("Mercedes-Benz", "Rolls-Royce")),
        ("Consul, Nomad and Packer", ("Consul", "Nomad", "Packer")),
        ("a pair of Dr. Martens", ("Martens",)),
        ("my friend Harry Potter", ("Harry Potter",)),
        ("Heather, thyme and rosemary", ("Heather", "rosemary")),
        ("Le boulanger et le boucher", ("Le boulanger", "le boucher")),
        ("land at John F. Kennedy T4", ("John F. Kennedy",)),
        ("the Turing Award", ("Turing",)),
        ("account at Hana Bank", ("Hana",)),
        ("the Ross Sea froze", ("Ross Sea",)),
        ('watch "Erin Gruwell" tonight', ("Erin Gruwell",)),
    ],
)
def test_without_a_reason_the_word_means_what_it_says(text: str, names: tuple[str, ...]) -> None:
    assert meant(text, people(text, *names)) == []


def test_another_person_beside_it_is_a_reason() -> None:
    text = "a letter for Dale and Henrietta Whitlock"
    spans = people(text, "Dale", "Henrietta Whitlock")

    assert meant(text, spans) == spans


def test_an_ordinary_word_needs_no_reason_when_the_model_is_sure() -> None:
    text = "Bush was obsessing about it."
    sure = people(text, "Bush", score=0.84)

    assert meant(text, sure) == sure
    assert meant(text, people(text, "Bush", score=0.7)) == []


def test_names_without_another_meaning_are_kept() -> None:
    text = "Thaddeus Okonkwo, Imogen"
    spans = people(text, "Thaddeus Okonkwo", "Imogen")

    assert meant(text, spans) == spans
