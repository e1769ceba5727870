"""One vault in the team's Redis, as calls: each is one round trip. IO: the network, blocking.

An *era* is a stretch of time in which nothing was removed and Redis was not started anew: what was read in one is good
only there. ``era`` counts them as this machine sees them.
"""

import contextlib
import secrets
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import batched
from typing import Final, NamedTuple

from maskwire.errors import VaultUnreachable
from maskwire_daemon.store.contract import VaultOptions
from maskwire_daemon.store.team import faults
from maskwire_daemon.store.team.link import Argument, Command, Link, call
from maskwire_daemon.store.team.rows import Item, TeamCodec
from maskwire_daemon.store.team.scripts import FETCH, FOUND, REMOVE, SETTLE, TOUCH

AT_ONCE: Final = 250
"""Values that one script handles: a few milliseconds in which Redis answers nobody else."""

REMOVED: Final = 500
"""Values that one script removes."""

_EPOCHS: Final = 2**62
"""Epochs are drawn at random from so many, so that one that follows a loss was never there before."""

KEPT: Final = True
"""The outcome of a value that now stands behind the token that was offered for it."""

TAKEN: Final = False
"""The outcome of a value whose token stands, or stood, for another one."""

type Outcome = bytes | bool


class Use(NamedTuple):
    """A value was needed at a Unix time."""

    lookup: bytes
    tag: bytes
    kind: bytes
    used: int


class Stored(NamedTuple):
    """What is kept under a tag, and when it was used last."""

    tag: bytes
    row: bytes
    used: int


@dataclass(frozen=True, slots=True, order=True)
class Stock:
    """How many values of a kind there are, and when any was used last."""

    entity: str
    count: int
    used: int


class Shelf:
    """A vault's keys in Redis. Safe between threads. ``problem`` says why the vault cannot be used, if so."""

    def __init__(self, link: Link, codec: TeamCodec, options: VaultOptions) -> None:
        self.link = link
        self.era = 0
        self.ended = False
        self._codec = codec
        self._options = options
        self._prefix = codec.prefix
        self._life_ms = 0 if options.ttl_s is None else int((options.ttl_s + 2 * options.grain_s) * 1000)
        self._entering = threading.Lock()
        self._run = ""
        self._epoch = b""
        self._kinds: set[str] = set()
        self._problem = ""

    @property
    def problem(self) -> str:
        """Why the vault cannot be used now; empty when it can."""
        return self.link.problem or self._problem

    def look(self) -> None:
        """See how Redis and the vault stand.

        Raises:
            VaultUnreachable: the vault cannot be used.
        """
        self.link.look()
        (state,) = self.link.ask([("HMGET", self._prefix + b"state", "check", "epoch", "destroyed")])
        match state:
            case [_, _, bytes()]:
                self._told([b"destroyed"])
            case [bytes() as check, bytes() as epoch, _]:
                if check.decode("ascii", "replace") != self._codec.check:
                    raise self._failed(faults.OTHER_KEY)
                self._told([b"done", epoch])
            case _:
                self._told([b"missing"])

    def found(self) -> None:
        """Set the vault up where it is not.

        Raises:
            VaultUnreachable: it was destroyed, or is another team's.
        """
        (answer,) = self.link.ask([call(FOUND, self._prefix, self._codec.check, _epoch())])
        match answer:
            case [b"done", bytes() as check] if check.decode("ascii", "replace") == self._codec.check:
                self.look()
            case [b"done", _]:
                raise self._failed(faults.OTHER_KEY)
            case _:
                self._told(answer)

    def settle(self, items: Sequence[Item], entities: Iterable[str]) -> list[Outcome]:
        """Give each item its row unless the team has one; return the row that it has, ``KEPT`` or ``TAKEN``.

        When ``era`` has changed, what was returned is incomplete and the call is to be made again: what was kept by
        it stays kept. Without items it only tells whether that is so.

        Raises:
            VaultUnreachable: the vault cannot be used.
        """
        era = self.era
        new = [entity for entity in dict.fromkeys(entities) if entity not in self._kinds]
        names: list[Argument] = [part for e in new for part in (self._codec.kind(e), self._codec.seal_kind(e))]
        head = (self._prefix, self._epoch, self._life_ms, self._options.now())
        first, *others = batched(items, AT_ONCE) if items else [()]
        commands = [call(SETTLE, *head, len(new), *names, *_parts(first))]
        commands += [call(SETTLE, *head, 0, *_parts(some)) for some in others]
        outcomes: list[Outcome] = []
        for answer in self.link.ask(commands):
            outcomes += [each if isinstance(each, bytes) else each == 1 for each in self._told(answer)]
        if self.era == era:
            self._kinds.update(new)
        return outcomes

    def fetch(self, tags: Sequence[bytes]) -> list[Stored]:
        """Return what is kept under those of the ``tags`` that have something.

        Raises:
            VaultUnreachable: the vault cannot be used.
        """
        parts = list(batched(tags, AT_ONCE))
        found: list[Stored] = []
        for some, answer in zip(parts, self.link.ask([call(FETCH, self._prefix, *p) for p in parts]), strict=True):
            rest = self._told(answer)
            for tag, row, used in zip(some, rest[::2], rest[1::2], strict=True):
                if isinstance(row, bytes):
                    found.append(Stored(tag, row, _number(used)))
        return found

    def touch(self, uses: Sequence[Use]) -> None:
        """Note when values were used; those that are gone stay gone.

        Raises:
            VaultUnreachable: it may not be noted.
        """
        head = (self._prefix, 0, self._life_ms, self._options.now())
        parts = batched(uses, AT_ONCE)
        for answer in self.link.ask([call(TOUCH, *head, *(part for use in some for part in use)) for some in parts]):
            self._told(answer)

    def remove(self, kind: bytes, tags: Sequence[bytes]) -> int:
        """Remove values of one kind; return how many there were.

        Raises:
            VaultUnreachable: some may be left.
        """
        pairs = [part for tag in tags for part in (kind, tag)]
        (answer,) = self.link.ask([call(REMOVE, self._prefix, _epoch(), *pairs)])
        return _number(self._told(answer)[0])

    def unused(self, kind: bytes, before: float | None) -> list[bytes]:
        """Return some tags of a kind that were used last before a Unix time, or at any time."""
        limit = "+inf" if before is None else f"({before!r}"
        return self._tags(("ZRANGEBYSCORE", self._key(kind), "-inf", limit, "LIMIT", 0, REMOVED))

    def used_since(self, since: float, limit: int) -> list[bytes]:
        """Return the tags, ``limit`` of each kind at most, that were used last at or after a Unix time."""
        ranges: list[Command] = [
            ("ZREVRANGEBYSCORE", self._key(kind), "+inf", repr(since), "LIMIT", 0, limit) for kind in self.kinds()
        ]
        return [tag for answer in self.link.ask(ranges) for tag in _bytes(answer)] if ranges else []

    def kinds(self) -> Mapping[bytes, str]:
        """Return the kinds of value that there are or were, with their names."""
        (answer,) = self.link.ask([("HGETALL", self._prefix + b"kinds")])
        pairs = batched(_bytes(answer), 2)
        return {kind: self._codec.open_kind(kind, sealed) for kind, sealed in pairs}

    def stock(self) -> list[Stock]:
        """Return what there is of each kind, by name; kinds without a value are left out."""
        self._told(self.link.ask([call(FETCH, self._prefix)])[0])
        kinds = self.kinds()
        asked: list[Command] = []
        for kind in kinds:
            asked += [("ZCARD", self._key(kind)), ("ZREVRANGE", self._key(kind), 0, 0, "WITHSCORES")]
        answers = iter(self.link.ask(asked) if asked else ())
        found = [Stock(entity, _number(next(answers)), _last(next(answers))) for entity in kinds.values()]
        return sorted(stock for stock in found if stock.count)

    def destroy(self, progress: Callable[[int], None]) -> None:
        """Remove the vault for everybody and leave word of it; ``progress`` is told the number of keys removed.

        Raises:
            VaultUnreachable: some of it may be left; the next call removes that too.
        """
        state = self._prefix + b"state"
        self.link.ask([("HSET", state, "destroyed", 1), ("HDEL", state, "epoch")])
        self.ended, self._problem = True, faults.DESTROYED
        cursor, removed = b"0", 0
        while True:
            (answer,) = self.link.ask([("SCAN", cursor, "MATCH", self._prefix + b"*", "COUNT", 1000)])
            assert isinstance(answer, list)  # a cursor and keys
            cursor, keys = answer[0], [key for key in answer[1] if key != state]
            if keys:
                self.link.ask([("UNLINK", *keys)])
                progress(removed := removed + len(keys))
            if cursor == b"0":
                break
        with contextlib.suppress(VaultUnreachable):  # the log still holds what was removed until it is written anew
            self.link.ask([("BGREWRITEAOF",)])

    def _key(self, kind: bytes) -> bytes:
        return self._prefix + b"k:" + kind

    def _tags(self, command: Command) -> list[bytes]:
        (answer,) = self.link.ask([command])
        return _bytes(answer)

    def _told(self, answer: object) -> list[object]:
        """Return what follows how the vault stands; an era may begin.

        Raises:
            VaultUnreachable: the vault is gone.
        """
        match answer:
            case [b"done" | b"stale", bytes() as epoch, *rest]:
                self._enter(epoch)
                self._problem = ""
                return rest
            case [b"destroyed"]:
                self.ended = True
                raise self._failed(faults.DESTROYED)
        raise self._failed(faults.GONE)

    def _enter(self, epoch: bytes) -> None:
        run = self.link.standing.run if self.link.standing is not None else ""
        with self._entering:
            if (run, epoch) != (self._run, self._epoch):
                self._run, self._epoch = run, epoch
                self._kinds = set()
                self.era += 1

    def _failed(self, sentence: str) -> VaultUnreachable:
        self._problem = sentence
        return VaultUnreachable(sentence)


def _parts(items: Iterable[Item]) -> list[Argument]:
    return [part for item in items for part in item[:4]]


def _epoch() -> int:
    return secrets.randbelow(_EPOCHS)


def _number(answer: object) -> int:
    assert isinstance(answer, bytes | int)  # what Redis counts, and scores
    return int(float(answer))


def _bytes(answer: object) -> list[bytes]:
    assert isinstance(answer, list)  # what ranges and hashes answer
    return answer


def _last(answer: object) -> int:
    """Return the score that a range of one member ends with."""
    pair = _bytes(answer)
    return _number(pair[1]) if pair else 0
