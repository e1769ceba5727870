"""Texts as the network reads them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maskwire.detect.ner.tokens import NEWLINE, Gap, tokenize, words_of

pieces = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        [
            "Anna",
            " ",
            "\n",
            "\\n",
            "\r\n",
            "O'Neil",
            "王建平",
            "スミス",
            "Jo\u200bhn",
            "\t",
            "e\u0301",
            "1234",
            "_",
            "\u3000",
        ]
    ),
)
texts = st.lists(pieces, max_size=12).map("".join)


@settings(deadline=None)
@given(texts)
def test_tokens_stand_in_order_and_leave_only_white_space_between(text: str) -> None:
    tokens = tokenize(text)
    at = 0
    for start, end in zip(tokens.starts, tokens.ends, strict=True):
        assert at <= start < end
        assert text[at:start].strip() == ""
        at = end

    assert text[at:].strip() == ""


@settings(deadline=None)
@given(texts)
def test_every_token_has_a_key_and_a_gap(text: str) -> None:
    tokens = tokenize(text)

    assert len(tokens.starts) == len(tokens.ends) == len(tokens.keys) == len(tokens.gaps)
    assert all(tokens.keys)


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("O'Brien-Smith", ["O", "'", "Brien", "-", "Smith"]),
        ("王建平", ["王建", "建平", "平"]),
        ("ジョン・スミス", ["ジョン", "・", "スミス"]),
        ("Best,\\nAnna", ["Best", ",", NEWLINE, "Anna"]),
        ("a \n\n b", ["a", NEWLINE, "b"]),
        ("J\u200bo\u200bhn", ["John"]),
        ("J\u043ehn", ["John"]),
        ("\uff2a\uff4f\uff48\uff4e", ["John"]),
        ("user_name", ["user", "_", "name"]),
        ("Иван", ["Иван"]),
    ],
)
def test_keys_are_what_a_reader_sees(text: str, keys: list[str]) -> None:
    assert tokenize(text).keys == keys


def test_gaps_tell_what_stands_before() -> None:
    assert tokenize("a b\tc,d\ne  f").gaps == [
        Gap.LINE, Gap.SPACE, Gap.WIDE, Gap.NONE, Gap.NONE, Gap.NONE, Gap.LINE, Gap.WIDE,
    ]  # fmt: skip


@settings(deadline=None)
@given(
    st.lists(st.sampled_from(["Anna", "\\n", "\\", "a1b", "_", " ", "\n", "O'Neil", "x.y("]), max_size=12).map("".join)
)
def test_the_words_of_a_plain_text_are_the_words_among_its_tokens(text: str) -> None:
    words = words_of(text)

    assert words is not None
    assert {word for word in words if word.isalpha()} == {key for key in tokenize(text).keys if key.isalpha()}


def test_the_words_of_other_texts_are_not_told() -> None:
    assert words_of("Zo\u00eb") is None
