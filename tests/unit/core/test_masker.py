import json
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maskwire.errors import BlockedError, Reason
from maskwire.masker import Plan, edits, plan
from maskwire.policy import Action
from maskwire.spans import Span
from maskwire.stream.restorer import Restoration, Tally, restore_text
from maskwire.tokens import Minter, canonical, spell
from maskwire.vault import Finding, Token
from maskwire.wire.document import Field, Mark, Place
from tests.fakes.vault import FakeVault
from tests.strategies.tokens import ENTITIES, SPELLINGS, SURROGATES, VAULT, value_of


def masked(entity: str, score: float) -> Action:
    return Action.MASK


def nobody(token: Token) -> bool:
    return False


def spans_of(text: str, *values: tuple[str, str]) -> list[Span]:
    """Return a span for the first place of each (entity, value)."""
    return sorted(Span(text.index(v), text.index(v) + len(v), entity, 0.9, "test.rule") for entity, v in values)


def apply(fields: Sequence[Field], planned: Plan, tokens: Sequence[Token]) -> list[str]:
    """Return the texts of ``fields`` with the edits made."""
    made = edits(planned, tokens)
    texts = []
    for index, each in enumerate(fields):
        text = each.text
        for edit in reversed(made.get(index, [])):
            text = text[: edit.start] + edit.text + text[edit.end :]
        texts.append(text)
    return texts


def mask(vault: FakeVault, *fields: Field, spans: Sequence[Sequence[Span]], **settings: Any) -> list[str]:
    def ours(token: Token) -> bool:
        return vault.resolve(token) is not None

    planned = plan(fields, spans, settings.get("decide", masked), settings.get("ours", ours))
    return apply(fields, planned, vault.tokenize(planned.findings))


def test_findings_are_unique_and_in_the_order_of_the_body() -> None:
    fields = [Field("Bob met Ann.", "$.a"), Field("Ann met Bob.", "$.b"), Field("nothing", "$.c")]
    spans = [
        spans_of(fields[0].text, ("PERSON", "Ann"), ("PERSON", "Bob")),
        spans_of(fields[1].text, ("PERSON", "Ann"), ("PERSON", "Bob")),
        [],
    ]
    planned = plan(fields, spans, masked, nobody)

    assert planned.findings == (Finding("PERSON", "Bob"), Finding("PERSON", "Ann"))
    assert planned.entities == {"PERSON": 4}
    assert planned.actions == {"mask": 4}
    assert planned.paths == ("$.a", "$.b")


def test_tokens_stand_where_the_values_stood() -> None:
    vault = FakeVault()
    text = "Ann Lee <ann@lee.de>, card 4111 1111 1111 1111"
    spans = spans_of(
        text, ("PERSON", "Ann Lee"), ("EMAIL_ADDRESS", "ann@lee.de"), ("CREDIT_CARD", "4111 1111 1111 1111")
    )
    [result] = mask(vault, Field(text, "$"), spans=[spans])

    assert re.fullmatch(
        r"PERSON_\w{8} <mail\.\w{10}@example\.com>, card 99\d\d( \d{4}){3}",
        result,
    )


def test_a_structured_value_is_masked_in_every_field_and_a_name_only_where_it_was_seen() -> None:
    vault = FakeVault()
    fields = [
        Field("May: may@corp.de", "$.a"),
        Field("We may write to may@corp.de. May is not far, dismay@corp.de is.", "$.b", fresh=False),
        Field("may@corp.de", "$.c", place=Place.KEY),
    ]
    spans = [spans_of(fields[0].text, ("PERSON", "May"), ("EMAIL_ADDRESS", "may@corp.de")), [], []]
    mail = vault.token("EMAIL_ADDRESS", "may@corp.de")
    person = vault.token("PERSON", "May")

    assert mask(vault, *fields, spans=spans) == [
        f"{person}: {mail}",
        f"We may write to {mail}. May is not far, dismay@corp.de is.",
        mail,
    ]


def test_a_name_is_masked_in_all_places_of_its_field() -> None:
    vault = FakeVault()
    text = "Ann said that Ann's sister Annie knows Ann."
    person = vault.token("PERSON", "Ann")

    assert mask(vault, Field(text, "$"), spans=[spans_of(text, ("PERSON", "Ann"))]) == [
        f"{person} said that {person}'s sister Annie knows {person}."
    ]


def test_of_overlapping_findings_the_longest_wins_and_nothing_stays_uncovered() -> None:
    vault = FakeVault()
    text = "sk-live-ann@lee.de:8080"
    spans = [
        Span(0, 18, "API_KEY", 0.6, "secrets.key"),
        Span(8, 18, "EMAIL_ADDRESS", 1.0, "contact.email"),
        Span(15, 23, "IP_ADDRESS", 0.9, "network.host"),
    ]
    [result] = mask(vault, Field(text, "$"), spans=[spans])

    assert result == f"{vault.token('API_KEY', text[:18])}:{vault.token('IP_ADDRESS', '8080')}"


def test_a_blocked_finding_stops_a_fresh_request_and_is_masked_in_the_history() -> None:
    vault = FakeVault()

    def decide(entity: str, score: float) -> Action:
        return Action.BLOCK if entity == "API_KEY" else Action.MASK

    text = "key sk-secret-1"
    spans = [spans_of(text, ("API_KEY", "sk-secret-1"))]
    with pytest.raises(BlockedError) as caught:
        plan([Field(text, "$.messages[*].content")], spans, decide, nobody)
    planned = plan([Field(text, "$", fresh=False)], spans, decide, nobody)

    assert caught.value.reason is Reason.POLICY_BLOCKED
    assert "API_KEY" in str(caught.value)
    assert "sk-secret" not in str(caught.value)
    assert planned.actions == {"mask": 1}
    assert mask(vault, Field(text, "$", fresh=False), spans=spans, decide=decide) != [text]


def test_our_own_token_is_not_blocked_or_masked_again() -> None:
    vault = FakeVault()
    token = vault.token("API_KEY", "sk-secret-1")
    text = f"key {token}"

    def decide(entity: str, score: float) -> Action:
        return Action.BLOCK

    assert mask(vault, Field(text, "$"), spans=[spans_of(text, ("API_KEY", token))], decide=decide) == [text]


def test_a_look_alike_is_masked_like_any_value() -> None:
    vault = FakeVault()
    text = "my number is 912-34-5678"
    [result] = mask(vault, Field(text, "$"), spans=[spans_of(text, ("US_SSN", "912-34-5678"))])

    assert "912-34-5678" not in result
    assert vault.resolve(canonical(result[-11:]) or Token("")) == "912-34-5678"


def test_what_is_allowed_stays_and_is_counted() -> None:
    def decide(entity: str, score: float) -> Action:
        return Action.ALLOW if score < 0.95 else Action.ROUTE_LOCAL

    text = "Ann and Bob"
    spans = [Span(0, 3, "PERSON", 0.9, "r"), Span(8, 11, "PERSON", 0.99, "r")]
    planned = plan([Field(text, "$")], [spans], decide, nobody)

    assert planned.findings == (Finding("PERSON", "Bob"),)
    assert planned.allowed == {"PERSON": 1}
    assert planned.entities == {"PERSON": 1}
    assert planned.actions == {"allow": 1, "route_local": 1}


@pytest.mark.parametrize(
    ("entity", "number", "spelled"),
    [
        ("CREDIT_CARD", "4111111111111111", r"99\d{14}"),
        ("PHONE_NUMBER", "2125551234", r"10\d{8}"),
        ("US_SSN", "123456789", r"9\d{8}"),
        ("NATIONAL_ID", "12345678901", r'"NATIONAL_ID_\w{8}"'),
        ("GPS_COORDINATES", "52.520008", r'"GPS_COORDINATES_\w{8}"'),
    ],
)
def test_a_number_becomes_a_number_or_a_json_string(entity: str, number: str, spelled: str) -> None:
    """Even where a rule saw only a part of the number."""
    vault = FakeVault()
    spans = [Span(1, len(number), entity, 0.9, "test.rule")]
    [result] = mask(vault, Field(number, "$.id", place=Place.NUMBER), spans=[spans])
    token = canonical(str(json.loads(result)))

    assert re.fullmatch(spelled, result)
    assert token is not None
    assert vault.resolve(token) == number


def test_a_number_that_only_contains_a_known_value_stays() -> None:
    vault = FakeVault()
    fields = [Field("card 41111111", "$.a"), Field("41111111.5", "$.b", place=Place.NUMBER)]
    spans = [spans_of(fields[0].text, ("NATIONAL_ID", "41111111")), []]

    assert mask(vault, *fields, spans=spans)[1] == "41111111.5"


@pytest.mark.parametrize("around", ["7{}", "{}7", "v1.{}", "1-{}"])
def test_where_digits_would_not_be_read_back_the_token_is_opaque(around: str) -> None:
    vault = FakeVault()
    value = "2125551234"
    text = around.format(value)
    [result] = mask(vault, Field(text, "$"), spans=[spans_of(text, ("PHONE_NUMBER", value))])

    assert result == around.format(vault.token("CUSTOM", value))


def test_one_token_is_needed_for_each_finding() -> None:
    planned = plan([Field("Ann", "$")], [[Span(0, 3, "PERSON", 0.9, "r")]], masked, nobody)

    with pytest.raises(ValueError, match="1 findings need as many tokens, not 0"):
        edits(planned, [])


def test_there_is_one_sequence_of_spans_for_each_field() -> None:
    with pytest.raises(ValueError, match="argument"):
        plan([Field("Ann", "$")], [], masked, nobody)


def test_no_repr_shows_a_value() -> None:
    planned = plan([Field("Ann", "$")], [[Span(0, 3, "PERSON", 0.9, "r")]], masked, nobody)

    assert "Ann" not in repr(planned)


WORDS = re.compile(r"[^\W_]+(?:[-.@:_'’+][^\W_]+)*|\+?[\d(][\d ()-]{5,}\d")
CAPITALS = re.compile(r"[A-Z][\w-]*(?: [A-Z][\w-]*)*")
DIGITS = re.compile(r"\d[\d .:-]*\d")


def greedy(text: str, pattern: re.Pattern[str]) -> list[Span]:
    """Flag whatever might be a value, each time as another entity."""
    names = sorted(ENTITIES)
    return [
        Span(match.start(), match.end(), names[sum(map(ord, match[0])) % len(names)], 0.8, "test.greedy")
        for match in pattern.finditer(text)
    ]


_pieces = st.one_of(
    st.sampled_from(SPELLINGS),
    st.builds(value_of, st.sampled_from(ENTITIES), st.integers(0, 20)),
    st.sampled_from(["Ann Lee's", "Ann", "the 4 Johns", "x=", " ", "\n", ", ", "(", ")", "'", '"', "’s ", "z"]),
    st.text(max_size=4),
)
_texts = st.lists(_pieces, max_size=8).map(" ".join)


@pytest.mark.parametrize("pattern", [WORDS, CAPITALS, DIGITS], ids=["words", "capitals", "digits"])
@settings(deadline=None)
@given(texts=st.lists(_texts, min_size=1, max_size=3))
def test_masking_a_masked_text_changes_nothing(pattern: re.Pattern[str], texts: list[str]) -> None:
    vault = FakeVault()
    vault.values.update(VAULT.values)
    fields = [Field(text, "$") for text in texts]
    once = mask(vault, *fields, spans=[greedy(text, pattern) for text in texts])
    again = [Field(text, "$") for text in once]

    assert mask(vault, *again, spans=[greedy(text, pattern) for text in once]) == once


@pytest.mark.parametrize("pattern", [WORDS, CAPITALS, DIGITS], ids=["words", "capitals", "digits"])
@settings(deadline=None)
@given(text=_texts)
def test_restoring_a_masked_text_gives_the_text(pattern: re.Pattern[str], text: str) -> None:
    vault = FakeVault(Minter(bytes(32)))  # of another key than the tokens in the text, which are look-alikes here
    [result] = mask(vault, Field(text, "$"), spans=[greedy(text, pattern)])

    assert (
        restore_text(result, Restoration(vault.resolve, Tally(), restore_urls=True, ours=vault.minter.may_be_ours))
        == text
    )


@pytest.mark.parametrize("entity", ENTITIES)
def test_a_detector_that_takes_our_tokens_for_values_changes_nothing(entity: str) -> None:
    value = value_of(entity, 1)
    spelling = spell(VAULT.token(entity, value), value)
    text = f"Say {spelling}, {spelling}'s."
    spans = [Span(3, len(text), entity, 1.0, "r"), *spans_of(text, (entity, spelling))]

    assert mask(VAULT, Field(text, "$"), spans=[spans]) == [text]


LEFT = Field("Ask Marek, case ZQ-0417-K", "$.a", fresh=False, left=(Mark(4, 9, "PERSON"),))
NEW = Field("case ZQ-0417-K", "$.b")


def test_a_text_that_left_is_masked_as_it_was_whatever_is_found_in_it_now() -> None:
    vault = FakeVault()
    spans = [spans_of(LEFT.text, ("MEDICAL_ID", "ZQ-0417-K")), spans_of(NEW.text, ("MEDICAL_ID", "ZQ-0417-K"))]
    left, new = mask(vault, LEFT, NEW, spans=spans)
    nothing_found, _ = mask(vault, LEFT, NEW, spans=[[], []])

    assert left == nothing_found == f"Ask {vault.token('PERSON', 'Marek')}, case ZQ-0417-K"
    assert new == f"case {vault.token('MEDICAL_ID', 'ZQ-0417-K')}"


def test_a_text_that_left_and_is_sent_anew_is_masked_with_all_that_is_known() -> None:
    vault = FakeVault()
    spans = [spans_of(LEFT.text, ("MEDICAL_ID", "ZQ-0417-K"))]
    (left,) = mask(vault, replace(LEFT, fresh=True), spans=spans)

    assert left == f"Ask {vault.token('PERSON', 'Marek')}, case {vault.token('MEDICAL_ID', 'ZQ-0417-K')}"


@pytest.mark.parametrize("action", [Action.BLOCK, Action.ROUTE_LOCAL])
def test_what_the_policy_blocks_or_keeps_here_is_masked_in_a_text_that_left_too(action: Action) -> None:
    vault = FakeVault()
    spans = [spans_of(LEFT.text, ("MEDICAL_ID", "ZQ-0417-K"))]
    (left,) = mask(vault, LEFT, spans=spans, decide=lambda entity, score: action)

    assert left == f"Ask {vault.token('PERSON', 'Marek')}, case {vault.token('MEDICAL_ID', 'ZQ-0417-K')}"


@pytest.mark.parametrize("first", ["MEDICAL_ID", "API_KEY"])
def test_a_secret_is_masked_in_a_text_that_left_wherever_it_is_found(first: str) -> None:
    vault = FakeVault()
    key = Field("key ZQ-0417-K", "$.c")
    spans = [[], spans_of(NEW.text, (first, "ZQ-0417-K")), spans_of(key.text, ("API_KEY", "ZQ-0417-K"))]
    texts = mask(vault, LEFT, NEW, key, spans=spans)

    assert "ZQ-0417-K" not in " ".join(texts)
    assert texts[0].startswith(f"Ask {vault.token('PERSON', 'Marek')}, case ")


def test_marks_say_what_is_masked_in_each_field() -> None:
    spans = [spans_of(LEFT.text, ("API_KEY", "ZQ-0417-K")), []]
    planned = plan([LEFT, NEW], spans, masked, nobody)

    assert planned.marks() == {0: [*(LEFT.left or ()), Mark(16, 25, "API_KEY")], 1: [Mark(5, 14, "API_KEY")]}
    assert [finding.value for finding in planned.firm()] == ["ZQ-0417-K"]


@pytest.mark.parametrize("name", SURROGATES)
def test_a_detector_that_takes_our_names_for_people_changes_nothing(name: Token) -> None:
    text = f"Say {name}, {name}'s, {name.upper()}."
    spans = [Span(3, len(text), "PERSON", 1.0, "r"), *spans_of(text, ("PERSON", name), ("LOCATION", name.split()[-1]))]

    assert mask(VAULT, Field(text, "$"), spans=[spans]) == [text]
