import pytest

from maskwire.vault import Finding
from maskwire_daemon import sessions as kept
from maskwire_daemon.sessions import LONGEST_S, MOST, Full, NoSession, Sessions, TooMany
from maskwire_daemon.store.memory import MemoryVault


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


def vault_of(sessions: Sessions, owner: str) -> MemoryVault:
    return sessions.get(owner, sessions.open(owner, 60)).vault


def filled(vault: MemoryVault, size: int) -> None:
    """Keep one value that takes so many bytes and the 700 that each takes besides."""
    vault.tokenize([Finding("PERSON", "x" * size)])


def test_a_session_holds_so_many_bytes_and_keeps_what_it_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "LARGEST", 3000)
    sessions = Sessions()
    vault = vault_of(sessions, "ci")
    [token] = vault.tokenize([Finding("PERSON", "Jane")])
    with pytest.raises(Full, match="this session holds as much as one may"):
        filled(vault, 3000)
    filled(vault, 1000)

    assert vault.tokenize([Finding("PERSON", "Jane")]) == [token]
    assert vault.resolve(token) == "Jane"


def test_the_sessions_of_one_do_not_take_the_room_of_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "LARGEST_OF_ONE", 6000)
    sessions = Sessions()
    filled(vault_of(sessions, "ci"), 3000)
    with pytest.raises(Full, match="your sessions hold"):
        filled(vault_of(sessions, "ci"), 3000)

    filled(vault_of(sessions, "other"), 3000)


def test_room_comes_back_when_a_session_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "LARGEST_OF_ALL", 6000)
    clock = Clock()
    sessions = Sessions(clock)
    name = sessions.open("ci", 60)
    filled(sessions.get("ci", name).vault, 3000)
    with pytest.raises(Full) as caught:
        filled(vault_of(sessions, "other"), 3000)
    sessions.end("ci", name)
    filled(vault_of(sessions, "other"), 3000)
    clock.now = 61
    filled(vault_of(sessions, "third"), 3000)

    assert caught.value.all_full
