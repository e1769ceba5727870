"""A long text in parts: nothing is lost at their edges, and an edit changes few of them."""

from hypothesis import given, settings
from hypothesis import strategies as st

from maskwire.detect.fingerprints import learn
from maskwire.detect.fragment import Fragment
from maskwire.detect.parts import BESIDE, LEAST, can_be_cut, joined, parts_of
from maskwire.detect.rule import Rule
from maskwire.detect.rules import default_rules
from maskwire.detect.terms import Terms
from maskwire.spans import Span

KEY = (
    "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\n"
    + "MIIEpAIBAAKCAQ\n" * 40
    + "-----END RSA PRIVATE KEY-----"
)

PARAGRAPHS = [
    "The invoice is late, so please write to jane.doe@northwind-mail.com about it today." * 3,
    "name,phone,city\nAnna,+49 30 901820,Berlin\nPiotr,+48 22 695 29 00,Warszawa",
    "Date of birth:",
    "1980-04-12 and some more words after it, which say nothing at all about anybody.",
    "card 4111 1111 1111 1111, host 93.184.216.34",
    "def total(rows):\n    return sum(row.net for row in rows)\n" * 6,
    KEY,
    "",
]


def documents(least: int) -> st.SearchStrategy[str]:
    paragraphs = st.tuples(st.sampled_from(PARAGRAPHS), st.integers(0, 10**6)).map(lambda p: f"{p[0]} {p[1]}")
    return st.lists(paragraphs, min_size=least, max_size=300).map("\n\n".join)


@given(documents(120))
@settings(max_examples=20, deadline=None)
def test_the_parts_find_what_the_whole_does(text: str) -> None:
    rules, whole = default_rules(), Fragment(text)
    parts = parts_of(whole)

    assert len(parts) > 1 or len(text) < 8 * LEAST
    assert rules.find(whole) == joined(parts, [rules.find(part.fragment) for part in parts])


@given(documents(0))
@settings(max_examples=30, deadline=None)
def test_each_character_belongs_to_one_part(text: str) -> None:
    parts = parts_of(Fragment(text, "label"))
    ones = [[Span(at, at + 1, "X", 0.5, "r") for at in range(len(part.fragment.text))] for part in parts]

    assert [span.start for span in joined(parts, ones)] == list(range(len(text)))
    assert all(text[part.at : part.at + len(part.fragment.text)] == part.fragment.text for part in parts)
    assert [part.fragment.label for part in parts] == ["label"] + [""] * (len(parts) - 1)


def long_text() -> str:
    return "\n\n".join(f"{i} {PARAGRAPHS[i % 5]}" for i in range(2000))


def test_an_edit_changes_few_parts() -> None:
    text = long_text()
    before = {part.fragment for part in parts_of(Fragment(text))}
    edits = [before ^ {p.fragment for p in parts_of(Fragment(f"{text[:at]}new {text[at:]}"))} for at in (0, 70_000)]

    assert len(before) > 10
    assert all(0 < len(changed) <= 8 for changed in edits)


def test_no_part_begins_inside_a_key() -> None:
    text = "\n\n".join([*["x" * 60] * 140, KEY] * 8)

    parts = parts_of(Fragment(text))
    found = joined(parts, [default_rules().find(part.fragment) for part in parts])

    assert len(parts) > 1
    assert [text[s.start : s.end] for s in found if s.entity == "PRIVATE_KEY"] == [KEY] * 8


def test_what_may_reach_over_an_edge_forbids_cutting() -> None:
    rule = Rule("own.x", "CUSTOM", "x+")
    long = "k" * (BESIDE + 1)

    assert can_be_cut(None, ())
    assert can_be_cut(Terms(words=(("Acme", ""),)), (rule,))
    assert not can_be_cut(Terms(patterns=(("a[^b]*b", ""),)), ())
    assert not can_be_cut(Terms(words=((long, ""),)), ())
    assert not can_be_cut(Terms(secrets=learn(long, bytes(32)), key=bytes(32)), ())
    assert not can_be_cut(None, (Rule("own.y", "CUSTOM", "x\n\n\ny", lines=4),))
