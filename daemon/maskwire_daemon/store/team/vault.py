"""The team's vault: every machine gives the same value the same token, and reads back what another has masked.

IO. ``resolve`` may be called on the event loop: what is not remembered there is fetched by another thread, for which
the loop waits two milliseconds at most, and not again until that is answered. Everything else belongs in a thread.
"""

import asyncio
import contextlib
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Final

from maskwire.errors import VaultCorrupt, VaultError, VaultUnreachable
from maskwire.tokens import Minter, find
from maskwire.vault import Finding, Token
from maskwire_daemon.store.contract import ATTEMPTS, DEFAULTS, Holding, VaultOptions, exhausted
from maskwire_daemon.store.entries import Entry
from maskwire_daemon.store.team.remembered import Remembered, Uses
from maskwire_daemon.store.team.rows import EXCHANGED, Item, TeamCodec
from maskwire_daemon.store.team.shelf import KEPT, TAKEN, Shelf, Use

LOOP_WAIT_S: Final = 0.002
"""Seconds that the event loop may wait: the proxy's own limit. A Redis nearby answers within one millisecond."""

LATE: Final = "the team's Redis has not answered at once: the value can be restored from the text later"
"""Said on the event loop, which does not wait."""

ERAS: Final = 5
"""How often a call begins anew because values were removed meanwhile; a purge ends after seconds."""


class TeamVault:
    """A vault in Redis. Any number of machines, processes and threads may use it at once."""

    def __init__(self, shelf: Shelf, codec: TeamCodec, minter: Minter, options: VaultOptions = DEFAULTS) -> None:
        self._shelf = shelf
        self._codec = codec
        self._minter = minter
        self._options = options
        self._remembered = Remembered(options)
        self._uses = Uses(options)
        self._aside = ThreadPoolExecutor(1, "maskwire-team")
        self._late: Future[Mapping[Token, Entry]] | None = None

    @property
    def problem(self) -> str:
        """Why no value can be masked now; empty when it can."""
        return self._shelf.problem

    @property
    def warnings(self) -> Sequence[str]:
        """What a person should change about Redis, each with its remedy."""
        standing = self._shelf.link.standing
        return () if standing is None else standing.warnings

    @property
    def description(self) -> str:
        """Where the vault is, and what that promises."""
        link = self._shelf.link
        said = f"values are in the team's Redis at {link.address.name}"
        if link.standing is not None and not link.standing.warnings:
            said += f": {link.standing.promise}"
        return said if link.address.guarded else f"{said}; the way there is not encrypted, rediss:// is"

    def tokenize(self, findings: Sequence[Finding]) -> list[Token]:
        """Return the token of each finding, in order; new ones are in Redis when this returns. One round trip.

        Raises:
            VaultUnreachable: nothing may leave that depends on these tokens.
        """
        wanted = list(dict.fromkeys(findings))
        for _ in range(ERAS if wanted else 0):
            era = self._enter()
            entries = self._remembered.of_findings(wanted)
            settled = self._settle([finding for finding in wanted if finding not in entries], era)
            if settled is None:
                continue
            self._remembered.add(settled.values(), era)
            for entry in entries.values():
                self._uses.note(entry)
            entries |= settled
            return [entries[finding].token for finding in findings]
        if not wanted:
            return []
        raise VaultUnreachable("values of the team's vault are being removed: try again in a moment")

    def resolve(self, token: Token) -> str | None:
        """Return the value behind ``token``, ``None`` when there is none (any more).

        Raises:
            VaultCorrupt: the stored value was changed.
            VaultUnreachable: it is not remembered here, and Redis does not answer, or not at once.
        """
        if self._shelf.ended:
            raise VaultUnreachable(self.problem or "the team's vault was destroyed")
        self._enter()
        entry = self._remembered.of_token(token)
        if entry is None and not self._remembered.has_none(token):
            entry = self._sought(token)
        if entry is None:
            return None
        self._uses.note(entry)
        return entry.finding.value

    def expect(self, texts: Iterable[str]) -> None:
        """Read the values of the tokens in ``texts`` before they are asked for, together. Never fails."""
        self._enter()
        ours, unseen = self._minter.may_be_ours, self._remembered.unseen(texts)
        tokens = dict.fromkeys(match.token for text in unseen for match in find(text, ours))
        missing = [token for token in tokens if self._remembered.lacks(token)]
        try:
            if missing:
                self._fetch(missing)
        except VaultError:
            self._remembered.look_again(unseen)

    def look(self) -> None:
        """See how Redis stands, and remember what the team used lately. Never fails; see ``problem``."""
        with contextlib.suppress(VaultError):
            self._shelf.look()
            self._warm(self._enter())

    def purge(self, *, before: float | None = None, entity: str | None = None, token: Token | None = None) -> int:
        """Remove the values that meet every given condition, for the whole team; see ``KeptVault.purge``."""
        if before is None and entity is None and token is None:
            raise ValueError("say which values to remove")
        self._note_uses()
        if token is not None:
            return self._purge_one(token, before, entity)
        kinds = self._shelf.kinds()
        return sum(self._remove(kind, before) for kind, name in kinds.items() if entity in (None, name))

    def expire(self) -> int:
        """Note recent uses, and remove what is left of values that have expired; Redis removes these by itself.

        Raises:
            VaultUnreachable: Redis does not answer, or its clock differs so much that ours may not decide.
        """
        self._note_uses()
        if self._options.ttl_s is None:
            return 0
        standing = self._shelf.link.standing or self._shelf.link.look()
        if not standing.clocks_agree:
            raise VaultUnreachable("; ".join(standing.warnings))
        return sum(self._remove(kind, self._options.horizon()) for kind in self._shelf.kinds())

    def count(self) -> dict[str, int]:
        """Return the number of values per entity."""
        return {stock.entity: stock.count for stock in self._shelf.stock()}

    def holdings(self) -> list[Holding]:
        """Return how many values of each entity there are, by entity. Redis does not know when they came."""
        self._note_uses()
        return [Holding(stock.entity, stock.count, None, None, stock.used) for stock in self._shelf.stock()]

    def destroy(self) -> None:
        """Remove every value, for the whole team and for good."""
        self._shelf.destroy(lambda _: None)
        self._remembered.clear()

    def close(self) -> None:
        """Note recent uses, if Redis answers, forget readable values, and let go of the connections."""
        with contextlib.suppress(VaultError):
            self._note_uses()
        self._aside.shutdown()
        self._remembered.clear()
        self._shelf.link.close()

    def _enter(self) -> int:
        """Return the era, after forgetting what was read in an earlier one."""
        return self._remembered.enter(self._shelf.era)

    def _settle(self, findings: Sequence[Finding], era: int) -> dict[Finding, Entry] | None:
        """Give each finding its token; ``None`` when another era began. Asks Redis also when there is nothing to do."""
        settled: dict[Finding, Entry] = {}
        pending = dict.fromkeys(findings, 0)
        while True:
            offered = {finding: self._offer(finding, attempt) for finding, attempt in pending.items()}
            outcomes = self._shelf.settle(list(offered.values()), (finding.entity for finding in offered))
            if self._shelf.era != era:
                return None
            for (finding, item), outcome in zip(offered.items(), outcomes, strict=True):
                if outcome is TAKEN:
                    pending[finding] += 1
                    continue
                del pending[finding]
                token = item.token if outcome is KEPT else self._token_in(outcome, finding)
                settled[finding] = Entry(0, finding, token, self._options.now())
            if not pending:
                return settled

    def _offer(self, finding: Finding, attempt: int) -> Item:
        if attempt >= ATTEMPTS:
            raise VaultError(exhausted(finding.entity))
        return self._codec.item(finding, self._minter.mint(finding.entity, finding.value, attempt, finding.scope))

    def _token_in(self, row: bytes | bool, finding: Finding) -> Token:
        assert isinstance(row, bytes)  # the other outcomes were looked at
        found, token = self._codec.open(row)
        if found != finding:
            raise VaultCorrupt(EXCHANGED)
        return token

    def _sought(self, token: Token) -> Entry | None:
        """Fetch one entry; on an event loop through another thread."""
        try:
            asyncio.get_running_loop()
        except RuntimeError:
            return self._fetch([token]).get(token)
        if self._late is not None and not self._late.done():
            raise VaultUnreachable(LATE)  # waited for once already
        asked = self._aside.submit(self._fetch, [token])
        try:
            return asked.result(LOOP_WAIT_S).get(token)
        except TimeoutError:
            self._late = asked
            raise VaultUnreachable(LATE) from None

    def _fetch(self, tokens: Sequence[Token]) -> Mapping[Token, Entry]:
        tags = [self._codec.tag(token) for token in tokens]
        found: dict[Token, Entry] = {}
        for _ in range(2):  # what was read while an era began is not remembered
            era = self._enter()
            found = {entry.token: entry for entry in self._read(tags, era)}
            if self._shelf.era == era:
                break
        self._remembered.note_absent(token for token in tokens if token not in found)
        return found

    def _read(self, tags: Sequence[bytes], era: int) -> list[Entry]:
        """Return the entries under ``tags`` that have not expired, and remember them."""
        entries = []
        for tag, row, used in self._shelf.fetch(tags):
            finding, token = self._codec.open_as(row, tag)
            if not self._options.expired(used):
                entries.append(Entry(0, finding, token, used))
        if self._shelf.era == era:
            self._remembered.add(entries, era)
        return entries

    def _warm(self, era: int) -> None:
        """Remember what was used last: by anybody ever, then by anybody since the last time."""
        used = self._shelf.used_since(self._remembered.since, self._remembered.ahead // 4)
        if tags := self._remembered.unread(used, self._options.now()):
            self._read(tags, era)

    def _note_uses(self) -> None:
        if uses := self._uses.pending():
            codec = self._codec
            self._shelf.touch(
                [Use(codec.lookup(f), codec.tag(t), codec.kind(f.entity), used) for f, (t, used) in uses.items()]
            )
            self._uses.written(uses)

    def _purge_one(self, token: Token, before: float | None, entity: str | None) -> int:
        tag = self._codec.tag(token)
        for _, row, used in self._shelf.fetch([tag]):
            finding, _ = self._codec.open_as(row, tag)
            if entity in (None, finding.entity) and (before is None or used < before):
                return self._shelf.remove(self._codec.kind(finding.entity), [tag])
        return 0

    def _remove(self, kind: bytes, before: float | None) -> int:
        removed = 0
        while tags := self._shelf.unused(kind, before):
            removed += self._shelf.remove(kind, tags)
        return removed
