"""How texts were masked when they left, so that a conversation is repeated to its provider as it stood there before.

Every turn resends the turns before it. What becomes known late (a name that a later turn gives in full) would be masked
in all of them from then on, although the provider has had it: nothing would be won, and its prompt cache lost.

A text counts as the same one only behind the same texts: each is known by a keyed hash over all that stand before it
in the same member of the body. So two equal texts, of which one was masked and one was not, keep apart. In memory
only, and without any text; whatever is forgotten is masked with all that is known. Sans-IO.
"""

import secrets
import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from hashlib import blake2b

from maskwire.policy import Policy
from maskwire.wire.document import Field, Mark

DEFAULT_SIZE_BYTES = 4 * 1024 * 1024
"""Bytes the memory may take: about 15,000 texts with a value or two, some dozens of long conversations."""

MAX_POLICIES = 8
"""Settings that are told apart: those of now, for each program that has its own, and those before a pause."""

_ENTRY_BYTES = 200
_MARK_BYTES = 90
_DIGEST_BYTES = 16

Left = tuple[bytes, tuple[Mark, ...] | None]
"""A text, by its hash, and what was masked in it; ``None`` when that cannot be said and is to be forgotten."""


@dataclass(frozen=True, slots=True)
class Recalled:
    """The fields of a request, with what is remembered of each, and the hashes by which they are known."""

    fields: tuple[Field, ...] = field(repr=False)
    digests: tuple[bytes, ...]

    def left(self, marks: Sequence[Sequence[Mark] | None]) -> tuple[Left, ...]:
        """Return what is new to remember of fields in which ``marks`` are masked, ``None`` where one cannot say."""
        now = [None if some is None else tuple(some) for some in marks]
        known = zip(self.fields, self.digests, now, strict=True)
        return tuple((digest, some) for each, digest, some in known if each.left != some)


class Sent:
    """Remembers what was masked in each text, least recently used first out. Any thread may use it."""

    def __init__(self, size_bytes: int = DEFAULT_SIZE_BYTES) -> None:
        self._key = secrets.token_bytes(32)
        self._limit = size_bytes
        self._size = 0
        self._entries: OrderedDict[bytes, tuple[Mark, ...]] = OrderedDict()
        self._policies: OrderedDict[int, Policy] = OrderedDict()
        self._numbered = 0
        self._lock = threading.Lock()

    def recall(self, fields: Sequence[Field], receiver: str, policy: Policy, generation: int) -> Recalled:
        """Return ``fields`` with what was masked in them when they left for ``receiver`` before: a host and a model.

        Only what left under an equal ``policy`` counts, and with the same ``generation`` of what is searched for.
        """
        with self._lock:
            number = self._number(policy)
        digests = self._digests(fields, f"{number} {generation} {receiver}")
        with self._lock:
            known = [self._entries.get(digest) for digest in digests]
            for digest, marks in zip(digests, known, strict=True):
                if marks is not None:
                    self._entries.move_to_end(digest)
        with_known = (
            each if marks is None else replace(each, left=marks) for each, marks in zip(fields, known, strict=True)
        )
        return Recalled(tuple(with_known), digests)

    def keep(self, left: Sequence[Left]) -> None:
        """Remember what was masked in texts that have left."""
        with self._lock:
            for digest, marks in left:
                if (old := self._entries.pop(digest, None)) is not None:
                    self._size -= _cost(old)
                if marks is not None:
                    self._entries[digest] = marks
                    self._size += _cost(marks)
            while self._size > self._limit:
                _, dropped = self._entries.popitem(last=False)
                self._size -= _cost(dropped)

    @property
    def size_bytes(self) -> int:
        """About what the entries take."""
        return self._size

    def __len__(self) -> int:
        return len(self._entries)

    def _number(self, policy: Policy) -> int:
        """Return the number of these settings, another one for all that differ from those of late."""
        for number, known in self._policies.items():
            if known is policy or known == policy:
                self._policies.move_to_end(number)
                return number
        self._numbered += 1
        self._policies[self._numbered] = policy
        if len(self._policies) > MAX_POLICIES:
            self._policies.popitem(last=False)
        return self._numbered

    def _digests(self, fields: Sequence[Field], circumstances: str) -> tuple[bytes, ...]:
        chains: dict[str, bytes] = {}
        digests: list[bytes] = []
        for each in fields:
            root = each.path.partition("[")[0]
            before = chains.get(root) or self._digest(circumstances, root)
            chains[root] = self._digest(each.label, each.place, each.text, before=before)
            digests.append(chains[root])
        return tuple(digests)

    def _digest(self, *parts: str, before: bytes = b"") -> bytes:
        state = blake2b(before, key=self._key, digest_size=_DIGEST_BYTES)
        for part in parts:
            data = part.encode("utf-8", "surrogatepass")
            state.update(len(data).to_bytes(8, "big"))
            state.update(data)
        return state.digest()


def _cost(marks: tuple[Mark, ...]) -> int:
    return _ENTRY_BYTES + _MARK_BYTES * len(marks)
