"""A bounded memory of what was met lately. Sans-IO but for a clock that only grows."""

import threading
import time
from collections import OrderedDict
from collections.abc import Hashable, Iterable


class Lately[T: Hashable]:
    """A set that forgets: the oldest beyond ``limit``, and each after ``life_s`` seconds. Safe between threads."""

    def __init__(self, limit: int, life_s: float = float("inf")) -> None:
        self._limit = limit
        self._life_s = life_s
        self._lock = threading.Lock()
        self._until: OrderedDict[T, float] = OrderedDict()

    def add(self, item: T) -> None:
        """Remember ``item`` from now on."""
        with self._lock:
            self._until[item] = time.monotonic() + self._life_s
            self._until.move_to_end(item)
            while len(self._until) > self._limit:
                self._until.popitem(last=False)

    def forget(self, items: Iterable[T]) -> None:
        """Forget ``items``; those that are not remembered do not matter."""
        with self._lock:
            for item in items:
                self._until.pop(item, None)

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._until.clear()

    def __contains__(self, item: T) -> bool:
        """Tell whether ``item`` is remembered."""
        until = self._until.get(item)
        return until is not None and time.monotonic() < until
