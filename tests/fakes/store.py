"""A clock that is set by hand, and minters whose shapes have hardly any room."""

from maskwire.tokens import Minter
from maskwire.vault import Token


class Clock:
    """Unix time that passes only when told to."""

    def __init__(self, now: float = 1_800_000_000.0) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now

    def pass_s(self, seconds: float) -> None:
        self.now += seconds


class CrowdedMinter(Minter):
    """Knows ``room`` tokens: the one that a value gets first depends on its first character alone."""

    __slots__ = ("_room",)

    def __init__(self, room: int) -> None:
        super().__init__(bytes(32))
        self._room = room

    def mint(self, entity: str, value: str, attempt: int = 0, scope: str = "") -> Token:
        return Token(f"CROWDED_{(ord(value[0]) + attempt) % self._room}")
