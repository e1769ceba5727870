"""Offsets, overlap, labels, tables and limits of the whole rule set."""

import time
from itertools import pairwise

import pytest
from hypothesis import given

from maskwire.detect import rules as rules_module
from maskwire.detect.fragment import Fragment
from maskwire.detect.rule import Rule
from maskwire.detect.rules import RuleSet, default_rules
from maskwire.detect.tables import Tables
from maskwire.errors import BlockedError, Reason
from tests.strategies.detect import planted, texts

RULES = default_rules()


def found(text: str, label: str = "") -> list[tuple[str, str]]:
    return [(span.entity, text[span.start : span.end]) for span in RULES.find(Fragment(text, label))]


@given(planted())
def test_a_value_is_found_at_its_offsets_whatever_stands_around_it(case: tuple[str, int, str]) -> None:
    text, start, value = case

    assert any(s.start <= start and s.end >= start + len(value) for s in RULES.find(Fragment(text)))


@given(texts)
def test_spans_are_sorted_inside_the_text_and_never_overlap(text: str) -> None:
    spans = RULES.find(Fragment(text))

    assert all(0 <= s.start < s.end <= len(text) for s in spans)
    assert all(a.end <= b.start for a, b in pairwise(spans))


def test_a_look_alike_somewhere_hides_no_other_disguise() -> None:
    disguised = "write to jane\u200b.doe@north\u200bwind-mail.com today"

    assert found(f"{disguised}\n\nnothing\n\nthe p\u0430sswords") == found(disguised) != []


def test_a_label_is_context_for_a_bare_value() -> None:
    assert found("L898902C3", "passport_no") == [("PASSPORT", "L898902C3")]
    assert found("Summ3r740!", "password") == [("PASSWORD", "Summ3r740!")]
    assert found("L898902C3") == []


def test_a_header_names_the_cells_below_it() -> None:
    assert ("PASSPORT", "K4261846") in found("id,passport,plan\n31,K4261846,pro\n32,,pro\n")
    assert ("BIRTH_DATE", "1980-02-03") in found("| name | birthday |\n|---|---|\n| x | 1980-02-03 |\n")


def test_a_sentence_with_commas_is_no_header() -> None:
    for text in ("Dear all, hello.\nx, y\n", "call(a, b)\n1, 2\n", "one, two\nand no comma\n", "a, a\n1, 2\n"):
        assert list(Tables(text).cells(0, text.index("\n"))) == []


@pytest.mark.parametrize(
    "text",
    [
        "83d3aa5c-b834-4459-b435-a2e02518ae58",
        "commit 9f3c1a7be2d04856f1b2c3d4e5f60718293a4b5c",
        "version 11.3.34.215",
        "2023-01-23 06:48:21",
        "localhost:34361 and 10.0.0.1",
        "ISBN-13: 978-3-8671-8440-3",
        "you@example.com, 555-0143, +1-800-555-0136",
        "password: ********",
        "api_key: str | None = None",
        "if password == confirm:",
        "00-a513b536c0316ca7a0abe47f67ad5460-f49c00d1f0bd8f7f-01",
        "Part no. 000-88-4948",
        "arn:aws:s3:::north-retail-logs",
        "torch.Size([15, 446, 41])",
        "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAACdReID5y1",
    ],
)
def test_what_is_no_finding(text: str) -> None:
    assert found(text) == []


def test_the_same_text_gives_the_same_spans_in_any_order_of_calls() -> None:
    first = found("call +44 20 7946 1234")
    found("other text 4111 1111 1111 1111")

    assert first == found("call +44 20 7946 1234")


def test_a_text_past_the_limit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules_module, "MAX_TEXT", 10)

    with pytest.raises(BlockedError) as caught:
        RULES.find(Fragment("x" * 11))

    assert caught.value.reason is Reason.BODY_TOO_LARGE
    assert "xxx" not in str(caught.value)


def test_an_empty_set_finds_nothing() -> None:
    assert RuleSet([]).find(Fragment("jane.doe@acme.org")) == []


@pytest.mark.parametrize(
    "unit",
    [
        "1 ",
        "4111 ",
        "a@",
        "aaaa",
        "password=",
        "://a:",
        "(" * 8,
        "0x",
        "key key ",
        "é\u200b",
        "%41",
        "\\u0041",
        "1\n",
        ",a",
        "-----BEGIN RSA PRIVATE KEY-----",
        "-----BEGIN RSA PRIVATE KEY-----\n",
        "PuTTY-User-Key-File-3: a\n",
    ],
    ids=repr,
)
def test_a_hostile_text_costs_linear_time(unit: str) -> None:
    def cost(size: int) -> float:
        text = unit * (size // len(unit))
        start = time.process_time()
        RULES.find(Fragment(text))
        return time.process_time() - start

    cost(2_000)
    small, large = cost(25_000), cost(100_000)

    assert large < 12 * small + 0.5


KEY_LINES = ["-----BEGIN RSA PRIVATE KEY-----", *["MIIEpAIBAAKCAQEA0Zx9kQ2Lw8"] * 30, "-----END RSA PRIVATE KEY-----"]


@pytest.mark.parametrize("prefix", ["", "-", "+", "> "])
def test_every_one_of_many_keys_is_found_whole(prefix: str) -> None:
    key = "\n".join(prefix + line for line in KEY_LINES)
    text = "\n".join(f"{key}\nthe key number {number} follows\n" * 3 for number in range(60))
    spans = [span for span in RULES.find(Fragment(text)) if span.entity == "PRIVATE_KEY"]

    assert len(spans) == 180
    assert {text[span.start : span.end] for span in spans} == {key[len(prefix) :]}


def units_of(rule: Rule) -> set[str]:
    """Return what a text may repeat to make a rule begin again and again: its examples, whole and cut."""
    units = set()
    for example in rule.match:
        whole, value = example.replace("«", "").replace("»", ""), example.index("»") - 1
        units |= {f"{whole} ", whole[:-1], whole[:value] + " ", whole[: value // 2], whole[: value // 2] + "\n"}
    return units - {""}


@pytest.mark.nightly
@pytest.mark.timeout(600)
@pytest.mark.parametrize("rule", RULES.rules, ids=lambda rule: rule.id)
def test_no_rule_hangs_on_a_megabyte(rule: Rule) -> None:
    alone = RuleSet([rule])

    def cost(unit: str, size: int) -> float:
        text = (unit * (size // len(unit) + 1))[:size]
        start = time.process_time()
        alone.find(Fragment(text))
        return time.process_time() - start

    slow = [unit for unit in units_of(rule) if cost(unit, 1 << 20) > 24 * cost(unit, 1 << 16) + 1]

    assert slow == []
