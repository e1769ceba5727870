"""What the vault in memory promises beyond what both kinds do."""

import threading

from maskwire.tokens import Minter
from maskwire.vault import Finding, Token
from maskwire_daemon.store.keys import Keys
from maskwire_daemon.store.memory import AT_ONCE, MemoryVault


class HeldMinter(Minter):
    """Mints nothing for the value "held" until it is let go."""

    def __init__(self) -> None:
        super().__init__(Keys.ephemeral().token)
        self.reached = threading.Event()
        self.go = threading.Event()

    def mint(self, entity: str, value: str, attempt: int = 0, scope: str = "") -> Token:
        if value == "held":
            self.reached.set()
            assert self.go.wait(10)
        return super().mint(entity, value, attempt, scope)


def test_a_value_is_read_while_others_get_their_tokens() -> None:
    minter = HeldMinter()
    vault = MemoryVault(minter)
    (token,) = vault.tokenize([Finding("PASSWORD", "known")])
    many = [Finding("PASSWORD", f"value {i}") for i in range(AT_ONCE)]
    working = threading.Thread(target=vault.tokenize, args=([*many, Finding("PASSWORD", "held")],))
    working.start()
    try:
        assert minter.reached.wait(10)
        reading: list[str | None] = []
        reader = threading.Thread(target=lambda: reading.append(vault.resolve(token)), daemon=True)
        reader.start()
        reader.join(10)

        assert reading == ["known"]
    finally:
        minter.go.set()
        working.join()


def test_many_values_get_their_tokens_in_order() -> None:
    vault = MemoryVault(Minter(Keys.ephemeral().token))
    many = [Finding("PASSWORD", f"value {i}") for i in range(3 * AT_ONCE + 1)]

    tokens = vault.tokenize(many)

    assert [vault.resolve(token) for token in tokens] == [finding.value for finding in many]
    assert vault.tokenize(many[::-1]) == tokens[::-1]
