"""A vault in a few lines: for tests of whatever needs one."""

from collections.abc import Sequence

from maskwire.errors import VaultError
from maskwire.tokens import Minter
from maskwire.vault import Finding, Token

KEY = bytes(range(32))


class FakeVault:
    """Keeps values in two dictionaries; ``broken`` makes every call fail."""

    def __init__(self, minter: Minter | None = None) -> None:
        self.minter = minter or Minter(KEY)
        self.values: dict[Token, Finding] = {}
        self.tokens: dict[Finding, Token] = {}
        self.broken = False

    def tokenize(self, findings: Sequence[Finding]) -> list[Token]:
        self._check()
        return [self.token(finding.entity, finding.value, finding.scope) for finding in findings]

    def token(self, entity: str, value: str, scope: str = "") -> Token:
        """Return the token of a value in ``scope``, minted at the first attempt that is free."""
        finding = Finding(entity, value, scope)
        attempt = 0
        while finding not in self.tokens:
            token = self.minter.mint(entity, value, attempt, scope)
            if self.values.setdefault(token, finding) == finding:
                self.tokens[finding] = token
            attempt += 1
        return self.tokens[finding]

    def resolve(self, token: Token) -> str | None:
        self._check()
        finding = self.values.get(token)
        return finding.value if finding else None

    def _check(self) -> None:
        if self.broken:
            raise VaultError("broken")
