"""What becomes known in a later turn: the turns that have left stay as they were, unless the person says otherwise."""

import json
import time
from collections.abc import Iterator

import pytest

from maskwire_client.models import NewSecret
from maskwire_daemon.standin.server import StandIn
from tests.e2e.lab import HOSTS, Daemon, Home, running_daemon
from tests.e2e.raw import post

NUMBER, WORD = "X4471093", "velvet7-harbor-92x"
TURNS = (f"Look at {NUMBER} and at {WORD} please.", f"My passport number is {NUMBER}.", f"Sum it up for {NUMBER}.")


@pytest.fixture
def daemon(stand_in: StandIn, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Daemon]:
    """A daemon of this test alone, since its settings change."""
    home = Home.at(tmp_path_factory.mktemp("late"))
    home.configure(dict.fromkeys(HOSTS, stand_in))
    with running_daemon(home) as running:
        yield running


def sent(daemon: Daemon, stand_in: StandIn, said: int) -> bytes:
    """Say the first ``said`` turns, all but the last of them answered, and return what left."""
    turns: list[dict[str, str]] = []
    for text in TURNS[:said]:
        turns += [{"role": "user", "content": text}, {"role": "assistant", "content": "Understood."}]
    assert post(daemon.client.status(), json.dumps({"model": "gpt-5.5", "messages": turns[:-1]}).encode()).status == 200
    return stand_in.provider.calls[-1].body


def test_a_turn_that_has_left_stays_and_what_is_new_is_masked(daemon: Daemon, stand_in: StandIn) -> None:
    first, second, third = (sent(daemon, stand_in, said) for said in (1, 2, 3))

    assert second.startswith(first.removesuffix(b"]}"))
    assert third.startswith(second.removesuffix(b"]}"))
    assert third.count(NUMBER.encode()) == first.count(NUMBER.encode()) == 1


def test_a_restart_forgets_and_masks_more(daemon: Daemon, stand_in: StandIn) -> None:
    sent(daemon, stand_in, 1)
    daemon.stop()
    daemon.start()

    assert NUMBER.encode() not in sent(daemon, stand_in, 2)


def test_a_word_of_ones_own_holds_for_what_has_left(daemon: Daemon, stand_in: StandIn) -> None:
    first = sent(daemon, stand_in, 1)
    daemon.home.configure(dict.fromkeys(HOSTS, stand_in), f'[words]\nterms = ["{WORD}"]\n')
    while WORD in daemon.client.mask([WORD])[0]:
        time.sleep(0.02)

    assert WORD.encode() in first
    assert WORD.encode() not in sent(daemon, stand_in, 2)


def test_a_secret_that_is_learned_holds_for_what_has_left(daemon: Daemon, stand_in: StandIn) -> None:
    first = sent(daemon, stand_in, 1)
    daemon.client.learn([NewSecret("KEY", "notes.env", WORD)])

    assert WORD.encode() in first
    assert WORD.encode() not in sent(daemon, stand_in, 2)
