"""Random keys spell short words now and then; that does not make them placeholders."""

import pytest

from maskwire.detect.credentials import placeholder
from maskwire.detect.fragment import Fragment
from maskwire.detect.rules import default_rules

LATER = "to" + "do"


@pytest.mark.parametrize("word", [LATER, LATER.upper(), "your", "xxxx"])
@pytest.mark.parametrize("rest", ["B4vKc8Wn1Ys6Hd3Fj5Pg", ""])
def test_a_key_that_spells_a_short_word_by_chance_is_found(word: str, rest: str) -> None:
    key = "ghp_" + "x7Qm2Lr9TzB4vKc8Wn1Ys6Hd3Fj5PgA2eQ8k"[: 32 - len(rest)] + word + rest

    assert [s.entity for s in default_rules().find(Fragment(f"token {key} end"))] == ["API_KEY"]


@pytest.mark.parametrize("value", ["your-api-key-here", "ghp_yourtoken", "sk-xxxx", "xxxxxxxxab1", LATER, f"a_{LATER}"])
def test_words_that_stand_apart_are_placeholders(value: str) -> None:
    assert placeholder(value)
