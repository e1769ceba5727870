"""Words of rules, found in one pass in any script."""

from hypothesis import given
from hypothesis import strategies as st

from maskwire.detect.vocabulary import Entry, Vocabulary

WORDS = ["key", "card number", "*pass*", "клю", "ключ", "密码", "no.", "é", "*я"]

VOCABULARY = Vocabulary([Entry((word,)) for word in WORDS])


def found(text: str) -> list[tuple[int, int, str]]:
    return [(start, end, WORDS[word.keyword.bit_length() - 1]) for start, end, word in VOCABULARY.hits(text)]


pieces = st.sampled_from(
    ["key", "Card", "Number", "number", "pass", "ключ", "密码", "no.", "é", "я", " ", "_", "\u0130", "x"]
)


@given(st.lists(pieces, max_size=12).map("".join))
def test_words_of_all_scripts_come_sorted_by_end_and_as_they_stand(text: str) -> None:
    hits = found(text)

    assert [end for _, end, _ in hits] == sorted(end for _, end, _ in hits)
    for start, end, word in hits:
        assert text[start:end].lower().replace("_", " ").replace(" ", "") == word.strip("*").replace(" ", "")


@given(st.lists(pieces, max_size=8).map("".join), st.sampled_from(WORDS), st.lists(pieces, max_size=8).map("".join))
def test_a_word_that_stands_alone_is_found_in_any_text(before: str, word: str, after: str) -> None:
    bare = word.strip("*")
    start = len(before) + 1

    assert (start, start + len(bare), word) in found(f"{before} {bare} {after}")


def test_words_begin_and_end_where_words_do() -> None:
    assert found("monkey keyed") == []
    assert found("apiKey keys trespassing") == [(3, 6, "key"), (7, 10, "key"), (16, 20, "*pass*")]
    assert found("Cardnumber card-number CARD NUMBER") == [
        (0, 10, "card number"),
        (11, 22, "card number"),
        (23, 34, "card number"),
    ]


def test_without_words_nothing_is_found() -> None:
    assert Vocabulary([]).hits("key ключ") == []
