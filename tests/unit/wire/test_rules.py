import pytest

from maskwire.wire.jsonspan import Kind, parse
from maskwire.wire.rules import Rules, State, Verdict, rules


def verdict(compiled: Rules, source: str, *steps: str | int) -> Verdict | None:
    """Return the verdict at a place of a body."""
    node = parse(source)
    state: State = compiled.start.enter(node)
    for step in steps:
        if isinstance(step, int):
            node = node.items[step]
            state = state.item().enter(node)
        else:
            found = node.get(step)
            assert found is not None
            node, state = found, state.key(step).enter(found)
    return state.verdict


def test_a_path_matches_exactly_where_it_leads() -> None:
    compiled = rules(keep="a.b[].c")

    assert Verdict.KEEP is verdict(compiled, '{"a": {"b": [{"c": 1}]}}', "a", "b", 0, "c")
    assert verdict(compiled, '{"a": {"b": [{"d": 1}]}}', "a", "b", 0, "d") is None
    assert verdict(compiled, '{"a": {"b": {"c": 1}}}', "a", "b", "c") is None


def test_alternatives_and_any_key() -> None:
    compiled = rules(id="x|y.*.z")

    assert Verdict.ID is verdict(compiled, '{"y": {"whatever": {"z": 1}}}', "y", "whatever", "z")
    assert verdict(compiled, '{"w": {"whatever": {"z": 1}}}', "w", "whatever", "z") is None


def test_two_stars_match_any_depth_and_none() -> None:
    compiled = rules(keep="**.signature")

    assert Verdict.KEEP is verdict(compiled, '{"signature": 1}', "signature")
    assert Verdict.KEEP is verdict(compiled, '{"a": [[{"signature": 1}]]}', "a", 0, 0, "signature")


@pytest.mark.parametrize(
    ("condition", "body", "holds"),
    [
        ("<text>", '{"type": "text", "v": 1}', True),
        ("<text>", '{"v": 1, "type": "text"}', True),
        ("<text>", '{"type": "image", "v": 1}', False),
        ("<text>", '{"v": 1}', False),
        ("<text|image>", '{"type": "image", "v": 1}', True),
        ("<role=tool>", '{"role": "tool", "v": 1}', True),
        ("<role=tool>", '{"role": "user", "v": 1}', False),
        ("<mime=image/*>", '{"mime": "image/png", "v": 1}', True),
        ("<mime=image/*>", '{"mime": "text/plain", "v": 1}', False),
        ("<+sig>", '{"sig": "x", "v": 1}', True),
        ("<+sig>", '{"sig": {}, "v": 1}', True),
        ("<+sig>", '{"sig": null, "v": 1}', False),
        ("<!sig>", '{"v": 1}', True),
        ("<!sig>", '{"sig": "x", "v": 1}', False),
        ("<thought=true>", '{"thought": true, "v": 1}', True),
        ("<thought=true>", '{"thought": false, "v": 1}', False),
        ("<text><!sig>", '{"type": "text", "v": 1}', True),
        ("<text><!sig>", '{"type": "text", "sig": "x", "v": 1}', False),
    ],
)
def test_conditions(condition: str, body: str, holds: bool) -> None:
    compiled = rules(keep=f"parts[]{condition}.v")

    assert (Verdict.KEEP if holds else None) == verdict(compiled, f'{{"parts": [{body}]}}', "parts", 0, "v")


def test_a_condition_can_end_a_pattern() -> None:
    compiled = rules(keep="blocks[]<thinking>")

    assert Verdict.KEEP is verdict(compiled, '{"blocks": [{"type": "thinking"}]}', "blocks", 0)
    assert verdict(compiled, '{"blocks": [{"type": "text"}]}', "blocks", 0) is None


def test_the_stricter_verdict_wins_and_text_beats_all() -> None:
    compiled = rules(keep="**.a", file="x.a", text="y.a")

    assert Verdict.KEEP is verdict(compiled, '{"x": {"a": 1}}', "x", "a")
    assert Verdict.TEXT is verdict(compiled, '{"y": {"a": 1}}', "y", "a")


def test_unknown_keys_share_one_state() -> None:
    compiled = rules(keep="**.a")
    one, other = compiled.start.key("jane@example.com"), compiled.start.key("something else")

    assert one is other
    assert Kind.OBJECT is parse("{}").kind


def test_a_broken_pattern_is_a_programming_error() -> None:
    with pytest.raises(ValueError, match="not a pattern"):
        rules(keep="a[0]")
