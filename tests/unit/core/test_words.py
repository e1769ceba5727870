"""Words are found wherever they stand, also inside and across each other."""

from hypothesis import given
from hypothesis import strategies as st

from maskwire.words import Words

letters = st.text(alphabet="ab\x00\u00ff\u4e2d\U0001f600", min_size=1, max_size=4)


@given(st.sets(letters, max_size=6), st.text(alphabet="ab\x00\u00ff\u4e2d\U0001f600", max_size=60))
def test_every_occurrence_of_every_word_is_found(known: set[str], text: str) -> None:
    found = sorted(Words({word: word for word in known}).found(text))

    everywhere = ((start, word) for word in known for start in range(len(text)) if text.startswith(word, start))
    assert found == sorted(everywhere)
