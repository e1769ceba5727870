"""Our own model in its pipeline: what it finds, and what it leaves alone."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.language import Language

from maskwire.detect.fragment import Fragment
from maskwire.detect.names import Finder
from maskwire.detect.names_model import load_model
from tests.unit.names.test_tokens import texts

People = Callable[[str], list[str]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I had lunch with Beatrice Holloway on Tuesday.", ["Beatrice Holloway"]),
        ("Ich habe mit Friederike Osterkamp telefoniert.", ["Friederike Osterkamp"]),
        ("He hablado con Joaquín Villalobos por teléfono.", ["Joaquín Villalobos"]),
        ("J'ai rencontré Geneviève Lacombe à la gare.", ["Geneviève Lacombe"]),
        ("Ho incontrato Ludovica Marchesini alla stazione.", ["Ludovica Marchesini"]),
        ("Encontrei a Conceição Figueiredo na estação.", ["Conceição Figueiredo"]),
        ("Ik heb Marloes van der Heijden gesproken.", ["Marloes van der Heijden"]),
        ("Wczoraj spotkałam Bogumiłę Piotrowską.", ["Bogumiłę Piotrowską"]),
        ("Вчера звонил Тимофей Воробьёв.", ["Тимофей Воробьёв"]),
        ("Учора телефонував Тарас Коваленко.", ["Тарас Коваленко"]),
        ("我昨天见到了张伟民先生。", ["张伟民"]),
        ("昨日、田中花子さんに会いました。", ["田中花子"]),
        ('{"assignee": "Beatrice Holloway", "state": "open"}', ["Beatrice Holloway"]),
        ("my name is beatrice holloway", ["beatrice holloway"]),
        ("Regards,\nBeatrice", ["Beatrice"]),
    ],
)
def test_people_are_found(people: People, text: str, expected: list[str]) -> None:
    assert people(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "The Best Offer Ends On Friday",
        "SELECT name, email FROM users WHERE active = TRUE",
        "class HttpRequestHandler(BaseHandler):\n    DEFAULT_TIMEOUT = 30",
        "import numpy as np\nfrom collections import OrderedDict",
        "2024-05-01T10:00:00Z ERROR com.acme.Main - Connection refused",
        "Der Vertrag und die Rechnung liegen im Ordner Einkauf.",
        "Thank You For Your Order. See Terms And Conditions.",
        "",
        " \n\t ",
        "0123456789",
    ],
)
def test_nobody_is_found_where_nobody_is(people: People, text: str) -> None:
    assert people(text) == []


def test_a_name_is_found_in_disguise(people: People) -> None:
    text = "Please call J\u200bohn Sm\u0456th today."

    assert people(text) == ["J\u200bohn Sm\u0456th"]


def test_organizations_and_places_stay_below_the_default_threshold(names: Finder) -> None:
    (spans,) = names.find([Fragment("The headquarters of Siemens are in Munich.")])

    assert {"ORGANIZATION", "LOCATION"} == {s.entity for s in spans}
    assert all(s.score < 0.5 for s in spans)


def test_fragments_are_answered_in_order_and_do_not_see_each_other(names: Finder) -> None:
    texts = [f"Mr {name} called." for name in ("Holloway", "Osterkamp", "Lacombe")]
    together = names.find([Fragment(t) for t in texts])
    alone = [names.find([Fragment(t)])[0] for t in texts]

    assert [[(s.start, s.end) for s in spans] for spans in alone] == [[(s.start, s.end) for s in t] for t in together]
    assert [[(3, 3 + len(t) - 11)] for t in texts] == [[(s.start, s.end) for s in spans] for spans in alone]


def test_a_long_text_is_searched_to_its_end(names: Finder) -> None:
    text = "Nothing here. " * 8000 + "Signed, Beatrice Holloway"
    (spans,) = names.find([Fragment(text)])

    assert [text[s.start : s.end] for s in spans if s.entity == "PERSON"] == ["Beatrice Holloway"]


@pytest.fixture(scope="session")
def pipeline() -> Language:
    """The spaCy pipeline by itself."""
    return load_model()


@settings(deadline=None, max_examples=40)
@given(text=texts)
def test_documents_are_their_texts_again(pipeline: Language, text: str) -> None:
    usual = text.encode("utf-8", "replace").decode()

    assert pipeline(usual).text == usual


@settings(deadline=None, max_examples=40)
@given(
    text=st.lists(
        st.sampled_from(["Anna ", "\U0001f600", "e\u0301", "Kowalska", "\ud800", ", ", "王建平", "\n"]),
        max_size=15,
    ).map("".join)
)
def test_offsets_lie_in_the_text(names: Finder, text: str) -> None:
    for span in names.find([Fragment(text)])[0]:
        assert 0 <= span.start < span.end <= len(text)
        assert text[span.start : span.end].strip() == text[span.start : span.end]
