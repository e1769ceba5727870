"""The worker's own process: what it forbids itself, and how it starts and ends."""

import subprocess
import sys

import pytest

from maskwire.detect.fragment import Fragment
from maskwire.detect.names import NameSettings
from maskwire.detect.rule import Rule
from maskwire.detect.terms import Terms
from maskwire_daemon.detection import frames
from maskwire_daemon.detection.frames import LENGTH, Question
from maskwire_daemon.detection.search import Search, to_json
from maskwire_daemon.detection.workers import default_command

WITHOUT_NAMES = frames.encode_settings(to_json(Search(None)))

CALLS = [
    "socket.create_connection(('127.0.0.1', 9), 1)",
    "socket.getaddrinfo('example.com', 80)",
    "socket.gethostbyname('example.com')",
    "socket.socket(type=socket.SOCK_DGRAM).sendto(b'x', ('127.0.0.1', 9))",
]


@pytest.mark.parametrize("call", CALLS)
def test_the_network_is_forbidden(call: str) -> None:
    setup = "import socket, sys\nfrom maskwire_daemon.detection import worker_main as w\n"
    script = f"{setup}sys.addaudithook(w._forbid_network)\n{call}"
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False, timeout=60)

    assert "PermissionError: the detector may not use the network" in ran.stderr


def run(data: bytes) -> tuple[int, bytes]:
    """Return the exit status and the output of a worker that reads ``data``."""
    ran = subprocess.run(default_command(), input=data, capture_output=True, check=False, timeout=60)
    return ran.returncode, ran.stdout


def test_a_worker_without_names_is_ready_and_ends_with_its_input() -> None:
    status, output = run(WITHOUT_NAMES)

    assert status == 0
    assert frames.decode_hello(output[LENGTH.size :]).problem == ""


def test_settings_that_are_none_are_a_problem_said_in_a_frame() -> None:
    status, output = run(frames.encode_settings(7))

    assert status == 1
    assert "TypeError" in frames.decode_hello(output[LENGTH.size :]).problem


def test_an_unknown_engine_is_named() -> None:
    _, output = run(frames.encode_settings(to_json(Search(NameSettings(engine="magic")))))

    assert "magic" in frames.decode_hello(output[LENGTH.size :]).problem


def test_garbage_ends_it_without_a_word_of_it() -> None:
    status, output = run(WITHOUT_NAMES + LENGTH.pack(9) + b"Kowalska!")

    assert status != 0
    assert b"Kowalska" not in output


def found(output: bytes) -> list[list[tuple[int, int, str]]]:
    """Return what each answer found in its first text; the greeting stands before them."""
    bodies = []
    while output:
        end = LENGTH.size + frames.frame_length(output[: LENGTH.size])
        bodies.append(output[LENGTH.size : end])
        output = output[end:]
    return [[(s.start, s.end, s.entity) for s in frames.decode_answer(b).spans[0]] for b in bodies[1:]]


def settings(search: Search) -> bytes:
    return frames.encode_settings(to_json(search))


def test_own_words_are_found() -> None:
    own = settings(Search(None, Terms(words=(("Project Heron", "CUSTOM"),))))
    asked = frames.encode_question(Question(1, (Fragment("about Project Heron"),)))
    _, output = run(own + asked)

    assert found(output) == [[(6, 19, "CUSTOM")]]


def test_new_words_and_rules_hold_from_the_next_question_on() -> None:
    rule = Rule("own.badge", "CUSTOM", r"\bBDG-\d{4}\b", match=("«BDG-1234»",))
    asked = [frames.encode_question(Question(n, (Fragment("heron BDG-1234"),))) for n in (1, 2, 3)]
    changed = Search(None, Terms(words=(("heron", "CUSTOM"),)), (rule,))
    status, output = run(WITHOUT_NAMES + asked[0] + settings(changed) + asked[1] + WITHOUT_NAMES + asked[2])

    assert status == 0
    assert found(output) == [[], [(0, 5, "CUSTOM"), (6, 14, "CUSTOM")], []]


def test_a_change_that_cannot_be_made_ends_it() -> None:
    asked = frames.encode_question(Question(1, (Fragment("heron"),)))
    status, output = run(WITHOUT_NAMES + settings(Search(None, Terms(patterns=(("(?=x)", "CUSTOM"),)))) + asked)

    assert status != 0
    assert found(output) == []


def test_an_own_pattern_that_cannot_be_used_is_said() -> None:
    _, output = run(frames.encode_settings(to_json(Search(None, Terms(patterns=(("(?=x)", "CUSTOM"),))))))

    assert "look-around" in frames.decode_hello(output[LENGTH.size :]).problem
