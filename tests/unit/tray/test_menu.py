"""The menu says how things stand and offers what can be done about it, and nothing more."""

from collections.abc import Iterable, Iterator
from itertools import pairwise

import pytest

from maskwire_client import CaptureMode, HostEntry
from maskwire_tray.choices import Arm, AtLogin, Capture, Choice, Do, Pause, SetMode
from maskwire_tray.icons import Face
from maskwire_tray.menu import MAX_EVENTS, MAX_HOSTS, SEPARATOR, Item, build, lately
from maskwire_tray.view import View, face_of
from tests.unit.tray.views import event, paused, status, view


def flat(items: Iterable[Item]) -> Iterator[Item]:
    for item in items:
        yield item
        yield from flat(item.items)


def labels(items: Iterable[Item]) -> list[str]:
    return [item.label for item in items]


def find(items: Iterable[Item], label: str) -> Item:
    return next(item for item in flat(items) if item.label.startswith(label))


def choices(shown: View) -> set[Choice]:
    return {item.choice for item in flat(build(shown)) if item.choice is not None}


def test_while_protecting_the_first_line_says_so_and_does_nothing() -> None:
    first = build(view())[0]

    assert first.label == "Protecting"
    assert not first.enabled


def test_a_pause_can_be_chosen_in_four_lengths_and_keeps_secrets() -> None:
    pauses = find(build(view()), "Pause").items

    assert [item.choice for item in pauses if item.choice] == [Pause(5), Pause(15), Pause(60), Pause(None)]
    assert all(item.choice.floor for item in pauses if isinstance(item.choice, Pause))


def test_a_pause_shows_what_is_left_and_can_be_ended() -> None:
    items = build(paused(12 * 60))

    assert labels(items)[:2] == ["Paused, protecting again in 12 min", "Keys and passwords stay masked"]
    assert find(items, "Resume protection now").choice is Do.RESUME


def test_a_pause_without_a_floor_says_so() -> None:
    assert build(paused(60, secrets_pass=True))[1].label == "Keys and passwords leave unmasked too"


def test_secrets_leave_only_after_a_second_choice() -> None:
    asking, armed = view(), view(armed=Arm(15))

    assert {c for c in choices(asking) if isinstance(c, Pause) and not c.floor} == set()
    assert Arm(15) in choices(asking)
    assert {c for c in choices(armed) if isinstance(c, Pause) and not c.floor} == {Pause(15, floor=False)}
    assert Do.KEEP_SECRETS in choices(armed)
    assert find(build(armed), "Yes, mask nothing for 15 minutes").choice == Pause(15, floor=False)


def test_a_provider_offers_its_four_modes_with_one_checked() -> None:
    modes = find(build(view()), "api.openai.com (observe)").items

    assert [item.choice for item in modes] == [
        SetMode("api.openai.com", mode) for mode in ("protect", "observe", "bypass", "block")
    ]
    assert [item.checked for item in modes] == [False, True, False, False]
    assert all(item.radio for item in modes)


def test_providers_used_last_come_first_then_those_that_were_set() -> None:
    events = (event(3, "x.openai.azure.com"), event(2, "api.anthropic.com"), event(1, "x.openai.azure.com"))

    assert lately(view(events=events)) == [
        ("x.openai.azure.com", "block"),
        ("api.anthropic.com", "protect"),
        ("api.openai.com", "observe"),
    ]


def test_the_longest_pattern_decides_a_host() -> None:
    hosts = (HostEntry("*.b.c", "block", chosen=False), HostEntry("*.a.b.c", "observe", chosen=False))

    assert lately(view(hosts=hosts, events=(event(1, "x.a.b.c"), event(2, "b.c")))) == [
        ("x.a.b.c", "observe"),
        ("b.c", "protect"),
    ]


def test_long_lists_are_cut() -> None:
    shown = view(events=tuple(event(n, f"h{n}.example") for n in range(40)))
    items = build(shown)

    assert len(find(items, "Providers").items) == MAX_HOSTS
    assert len(find(items, "Recent activity").items) == MAX_EVENTS


def test_without_traffic_the_lists_say_so() -> None:
    items = build(view(hosts=()))

    assert labels(find(items, "Providers").items) == ["No provider was used yet"]
    assert labels(find(items, "Recent activity").items) == ["Nothing was sent yet"]


def test_what_needs_attention_is_shown_in_short_lines() -> None:
    reason = "the journal cannot be written: " + "disk full, " * 30
    items = build(view(status=status(state="attention", reasons=(reason, "two", "three", "four"))))

    assert items[0].label == "Protecting, but something needs attention"
    assert [line for line in labels(items) if line.startswith(("•", "   "))] == [
        "• the journal cannot be written: disk full, disk full, disk",
        "   full, disk full, disk full, disk full, disk full, disk",
        "   full, disk full, disk full, disk full, disk full, disk…",
        "• two",
        "• three",
    ]


def test_without_a_daemon_it_can_be_started_and_nothing_else_is_offered() -> None:
    gone = View(at_login=None)

    assert labels(build(gone)) == [
        "Not running: programs that use the proxy cannot send",
        "Start protection",
        "",
        "Quit",
    ]
    assert choices(gone) == {Do.START, Do.QUIT}
    assert labels(build(View(problem="it hangs", at_login=None)))[:2] == ["maskwire does not answer", "it hangs"]


def test_while_it_starts_it_cannot_be_started_again() -> None:
    assert choices(View(starting=True)) == {Do.QUIT}
    assert build(View(starting=True))[0].label == "Starting protection…"


def test_while_the_vault_is_locked_nothing_that_needs_the_proxy_is_offered() -> None:
    waiting = view(status=status(state="attention", proxy="", reasons=("unlock the keyring",)))

    assert build(waiting)[0].label == "Waiting: nothing is sent until this is solved"
    assert not choices(waiting) & {Do.COPY_PROXY, Do.COPY_EXEC}


def test_apps_can_be_protected_by_every_way_that_needs_only_a_yes() -> None:
    ways = (
        CaptureMode("proxy", on=True, verified_at=1.0, problem="", detail="http://127.0.0.1:1"),
        CaptureMode("system", on=True, verified_at=None, problem="no desktop", detail=""),
        CaptureMode("pac", on=True, verified_at=1.0, problem="", detail=""),
        CaptureMode("base-urls", on=False, verified_at=None, problem="", detail=""),
    )
    items = find(build(view(status=status(capture=ways))), "Protect an app").items

    assert [(i.label, i.checked, i.choice) for i in items if i != SEPARATOR] == [
        ("One program: copy “maskwire exec”", None, Do.COPY_EXEC),
        ("Programs of this desktop, by its proxy settings (not proven)", True, Capture("system", on=False)),
        ("   no desktop", None, None),
        ("Programs that take a base address", False, Capture("base-urls", on=True)),
        ("Browsers, by a proxy script", True, Capture("pac", on=False)),
    ]


@pytest.mark.parametrize("on", [True, False])
def test_start_at_login_shows_what_is_and_offers_the_other(on: bool) -> None:
    item = find(build(view(at_login=on)), "Start at login")

    assert (item.checked, item.choice) == (on, AtLogin(not on))


def test_quitting_says_what_happens_to_protection() -> None:
    assert [(i.label, i.choice) for i in build(view())[-2:]] == [
        ("Quit, protection goes on", Do.QUIT),
        ("Stop protection and quit", Do.STOP_AND_QUIT),
    ]


@pytest.mark.parametrize("shown", [view(), paused(60), View(), view(armed=Arm(None)), view(hosts=())])
def test_rules_stand_between_groups_alone(shown: View) -> None:
    items = build(shown)
    rules = [at for at, item in enumerate(items) if item == SEPARATOR]

    assert SEPARATOR not in (items[0], items[-1])
    assert not any(after - before == 1 for before, after in pairwise(rules))


@pytest.mark.parametrize(
    ("state", "face"),
    [
        ("protecting", Face.PROTECTING),
        ("paused", Face.PAUSED),
        ("attention", Face.ATTENTION),
        ("something newer", Face.ATTENTION),
    ],
)
def test_the_face_is_the_daemons_state(state: str, face: Face) -> None:
    assert face_of(view(status=status(state=state))) is face
    assert face_of(View()) is Face.ERROR
