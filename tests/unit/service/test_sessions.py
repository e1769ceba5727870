import pytest

from maskwire.vault import Finding
from maskwire_daemon.sessions import LONGEST_S, MOST, NoSession, Sessions, TooMany


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_session_ends_with_its_time() -> None:
    clock = Clock()
    sessions = Sessions(clock)
    name = sessions.open("ci", 60)
    clock.now = 59
    vault = sessions.get("ci", name).vault
    [token] = vault.tokenize([Finding("PERSON", "Jane")])

    clock.now = 60

    with pytest.raises(NoSession):
        sessions.get("ci", name)
    with pytest.raises(Exception, match="destroyed"):
        vault.resolve(token)


def test_nobody_else_reaches_it() -> None:
    sessions = Sessions()
    name = sessions.open("ci", 60)

    with pytest.raises(NoSession):
        sessions.get("other", name)
    with pytest.raises(NoSession):
        sessions.end("other", name)
    assert sessions.get("ci", name).owner == "ci"


def test_two_sessions_give_one_value_two_tokens() -> None:
    sessions = Sessions()
    vaults = [sessions.get("ci", sessions.open("ci", 60)).vault for _ in range(2)]

    tokens = [vault.tokenize([Finding("PERSON", "Jane")])[0] for vault in vaults]
    assert tokens[0] != tokens[1]


def test_there_are_not_too_many() -> None:
    clock = Clock()
    sessions = Sessions(clock)
    for number in range(MOST):
        sessions.open(f"ci {number}", 60)

    with pytest.raises(TooMany):
        sessions.open("ci", 60)
    clock.now = 61
    assert sessions.open("ci", 10 * LONGEST_S)
