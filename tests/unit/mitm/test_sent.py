from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maskwire.mitm.sent import MAX_POLICIES, Left, Sent
from maskwire.policy import Action, Policy
from maskwire.wire.document import Field, Mark, Place

MODEL, POLICY = "api.example.com gpt-5", Policy()
MARKS = (Mark(0, 5, "PERSON"),)


def said(*texts: str, root: str = "$.messages[*].content") -> list[Field]:
    return [Field(text, root, "content") for text in texts]


def recalled(sent: Sent, fields: list[Field], **other: object) -> list[tuple[Mark, ...] | None]:
    how = {"receiver": MODEL, "policy": POLICY, "generation": 0} | other
    return [each.left for each in sent.recall(fields, **how).fields]  # type: ignore[arg-type]


def leave(sent: Sent, fields: list[Field], *marks: tuple[Mark, ...] | None) -> None:
    sent.keep(sent.recall(fields, MODEL, POLICY, 0).left(marks))


def test_what_left_is_known_with_what_was_masked_and_what_follows_is_not() -> None:
    sent = Sent()
    leave(sent, said("Marek", "hello"), MARKS, ())

    assert recalled(sent, said("Marek", "hello", "new")) == [MARKS, (), None]


@pytest.mark.parametrize(
    "other",
    [
        {"receiver": "api.example.com gpt-6"},
        {"policy": Policy(actions={"PERSON": Action.BLOCK})},
        {"policy": Policy(passes=lambda value, host: True)},
        {"generation": 1},
    ],
)
def test_nothing_is_known_of_other_models_settings_and_searches(other: dict[str, object]) -> None:
    sent = Sent()
    leave(sent, said("Marek"), MARKS)

    assert recalled(sent, said("Marek"), **other) == [None]
    assert recalled(sent, said("Marek"), policy=Policy()) == [MARKS]


@pytest.mark.parametrize(
    "fields",
    [
        said("before", "Marek"),
        said("hello", "Marek"),
        [replace(said("Marek")[0], label="password")],
        [replace(said("Marek")[0], place=Place.KEY)],
        said("Marek", root="$.input[*].content"),
    ],
)
def test_a_text_is_known_only_in_its_place_behind_the_same_texts(fields: list[Field]) -> None:
    sent = Sent()
    leave(sent, said("Marek", "hello"), MARKS, ())

    assert recalled(sent, fields)[-1] is None


def test_members_of_a_body_are_known_each_by_itself() -> None:
    sent = Sent()
    leave(sent, [*said("Marek"), *said("rules", root="$.system[*].text")], MARKS, ())

    assert recalled(sent, [*said("Marek", "new"), *said("rules", root="$.system[*].text")]) == [MARKS, None, ()]


def test_the_same_text_is_known_as_it_was_masked_in_each_place() -> None:
    sent = Sent()
    leave(sent, said("Marek", "Marek"), (), MARKS)

    assert recalled(sent, said("Marek", "Marek")) == [(), MARKS]


@given(st.lists(st.text(max_size=3), max_size=4), st.lists(st.text(max_size=3), max_size=4))
def test_texts_that_are_cut_elsewhere_are_other_texts(one: list[str], other: list[str]) -> None:
    sent = Sent()
    leave(sent, said(*one), *[()] * len(one))

    same = [a == b for a, b in zip(one, other, strict=False)]
    known = next((i for i, equal in enumerate(same) if not equal), len(same))
    assert [left is not None for left in recalled(sent, said(*other))] == [i < known for i in range(len(other))]


def test_only_what_is_new_is_to_be_kept_and_what_cannot_be_said_is_forgotten() -> None:
    sent = Sent()
    leave(sent, said("Marek", "hello"), MARKS, ())
    again = sent.recall(said("Marek", "hello"), MODEL, POLICY, 0)

    assert again.left([MARKS, ()]) == ()
    sent.keep(again.left([None, MARKS]))
    assert recalled(sent, said("Marek", "hello")) == [None, MARKS]
    assert len(sent) == 1


def test_memory_is_bounded_and_what_was_not_used_for_longest_goes_first() -> None:
    sent = Sent(size_bytes=2000)
    leave(sent, said("Marek"), MARKS)
    for number in range(50):
        recalled(sent, said("Marek"))
        leave(sent, said(f"text {number}"), ())

    assert sent.size_bytes <= 2000
    assert len(sent) < 12
    assert recalled(sent, said("Marek")) == [MARKS]
    assert recalled(sent, said("text 0")) == [None]


def test_what_is_forgotten_takes_no_room() -> None:
    sent = Sent()
    leave(sent, said("Marek"), MARKS)
    leave(sent, said("Marek"), None)

    assert (len(sent), sent.size_bytes) == (0, 0)


def test_settings_of_programs_are_told_apart_and_old_ones_forgotten() -> None:
    sent = Sent()
    leave(sent, said("Marek"), MARKS)
    for number in range(MAX_POLICIES - 1):
        assert recalled(sent, said("Marek"), policy=Policy(threshold=number / 100)) == [None]
    assert recalled(sent, said("Marek")) == [MARKS]
    for number in range(MAX_POLICIES):
        recalled(sent, said("Marek"), policy=Policy(threshold=number / 100))

    assert recalled(sent, said("Marek")) == [None]


def test_no_text_is_kept_and_none_is_shown() -> None:
    sent = Sent()
    known = sent.recall(said("Marek"), MODEL, POLICY, 0)
    left: tuple[Left, ...] = known.left([MARKS])
    sent.keep(left)

    assert "Marek" not in f"{known!r}{left!r}{sent._entries!r}"
    assert left != Sent().recall(said("Marek"), MODEL, POLICY, 0).left([MARKS])
