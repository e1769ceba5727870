"""What cannot be a person after all."""

import pytest

from maskwire.detect.names_filter import kept
from maskwire.spans import Span


def people_in(text: str, value: str) -> list[str]:
    """Return what is left of a finding of ``value`` in ``text``."""
    start = text.index(value)
    spans = kept(text, [Span(start, start + len(value), "PERSON", 0.8, "names.own")])
    return [text[s.start : s.end] for s in spans]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("due in March 2024", "March"),
        ("your IBAN please", "IBAN"),
        ("The Support Team", "Support Team"),
        ("call get_user(1)", "get_user"),
        ("see anna.kowalska@x.io", "anna"),
        ("open /home/anna/x", "anna"),
        ("id anna_kowalska", "kowalska"),
        ("user anna.kowalska.3", "anna"),
        ("use getUserName now", "getUserName"),
        ("use PasteBoard now", "PasteBoard"),
        ("the Taylor series of it", "Taylor"),
        ("has Parkinson's disease", "Parkinson"),
        ("nothing 12 34", "12 34"),
        ("Hello", "Hello"),
        ("Diagnose: Z. n. Apoplex", "Z. n. Apoplex"),
        ("贝叶斯定理", "斯"),
        ("la méthode Montessori", "Montessori"),
        ("le théorème de Thalès", "Thalès"),
        ("a Molotov cocktail", "Molotov"),
        ("the Van Allen belt", "Van Allen"),
        ("light the Bunsen burner", "Bunsen burner"),
        ("Halley's comet", "Halley"),
        ("pip install Gensim", "Gensim"),
        ("the Doris logs are full", "Doris"),
        ("our Marian cluster", "Marian"),
        ("is Elmo still maintained?", "Elmo"),
        ("ピタゴラスの定理", "ピタゴラス"),
        ("我和她约好周三见", "周三"),
        ('{"city": "Wick"}', "Wick"),
        ("id;name;city\n811;Ferelith Gunn;Wick\n", "Wick"),
    ],
)
def test_words_codes_and_parts_of_identifiers_are_dropped(text: str, value: str) -> None:
    assert people_in(text, value) == []


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("ask Anna.", "Anna"),
        ("ask Taylor for series two", "Taylor"),
        ("ask Anna. Then go", "Anna"),
        ("April Jones called", "April Jones"),
        ("Jean-Luc O'Neil", "Jean-Luc O'Neil"),
        ("J. R. Smith", "J. R. Smith"),
        ("Kowalska, Anna", "Kowalska, Anna"),
        ("@Anna look", "Anna"),
        ("Ronald McDonald", "Ronald McDonald"),
        ("Ella FitzGerald", "Ella FitzGerald"),
        ("王建平先生", "王建平"),
        ("Doris logs in every day", "Doris"),
        ("Anna Kim cluster 4", "Anna Kim"),
        ("id;name;city\n811;Ferelith Gunn;Wick\n", "Ferelith Gunn"),
    ],
)
def test_people_stay(text: str, value: str) -> None:
    assert people_in(text, value) == [value]


@pytest.mark.parametrize(
    ("value", "left"), [('"Anna"', "Anna"), ("(Anna Kowalska),", "Anna Kowalska"), ("- Anna", "Anna")]
)
def test_marks_at_the_edges_do_not_belong_to_a_name(value: str, left: str) -> None:
    assert people_in(f"to {value} now", value) == [left]


def test_a_finding_of_marks_alone_is_dropped() -> None:
    assert people_in("a -- b", "--") == []


def test_organizations_and_places_are_not_judged() -> None:
    span = Span(0, 7, "LOCATION", 0.4, "names.own")

    assert kept("January", [span]) == [span]


@pytest.mark.parametrize(
    ("text", "first", "second", "people"),
    [
        ("O'Neil left", (0, 1), (2, 6), ["O'Neil"]),
        ("Jean-Luc came", (0, 4), (5, 8), ["Jean-Luc"]),
        ("Anna, Tom", (0, 4), (6, 9), ["Anna", "Tom"]),
    ],
)
def test_what_an_apostrophe_or_hyphen_parts_is_one_person(
    text: str, first: tuple[int, int], second: tuple[int, int], people: list[str]
) -> None:
    spans = [Span(*second, "PERSON", 0.8, "r"), Span(*first, "PERSON", 0.6, "r")]

    assert [text[s.start : s.end] for s in kept(text, spans)] == people


@pytest.mark.parametrize(
    ("text", "found", "names"),
    [
        ("by Anna Oglethorpe. Heptinstall claims", "Anna Oglethorpe. Heptinstall", ["Anna Oglethorpe", "Heptinstall"]),
        ("met Prof. Edda Sturm today", "Prof. Edda Sturm", ["Prof. Edda Sturm"]),
        ("informed Mei-Ling Satter.", "Ling Satter", ["Mei-Ling Satter"]),
        ("sentito Ginevra Dell'Orto?", "Ginevra Dell", ["Ginevra Dell'Orto"]),
        ("mia zia Ludovica dorme", "zia Ludovica", ["Ludovica"]),
        ("Najemca Cezary Lis nie", "Najemca Cezary Lis", ["Cezary Lis"]),
        ("with van Dyck here", "van Dyck", ["van Dyck"]),
    ],
)
def test_names_end_where_the_name_ends(text: str, found: str, names: list[str]) -> None:
    at = text.index(found)

    spans = kept(text, [Span(at, at + len(found), "PERSON", 0.8, "names.own")])

    assert [text[s.start : s.end] for s in spans] == names


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("__all__ = ['Maildir']\n\nclass Maildir(Mailbox):", "Maildir"),
        ("if Fiona:\n    Fiona.open(path)", "Fiona"),
        ("import Celeste\nuse Celeste here", "Celeste"),
        ("public interface Imogen extends X; ask Imogen", "Imogen"),
        ("Imogen asks; auto x = Imogen::make()", "Imogen"),
    ],
)
def test_what_code_calls_by_that_name_is_no_person(text: str, word: str) -> None:
    assert people_in(text, word) == []


def test_a_word_in_brackets_after_a_name_is_no_call() -> None:
    assert people_in("ask Imogen (sales) about it", "Imogen") == ["Imogen"]


@pytest.mark.parametrize(
    "text",
    [
        "subclass Imogen is nice",
        "class Imogens: pass # Imogen",
        "xImogen(1) and Imogen",
        "Imogen. open(path)",
        "classImogen",
    ],
)
def test_what_only_looks_like_code_leaves_a_person(text: str) -> None:
    start = text.rindex("Imogen")
    spans = [Span(start, start + 6, "PERSON", 0.8, "names.own")]

    assert [text[s.start : s.end] for s in kept(text, spans)] == ["Imogen"]
