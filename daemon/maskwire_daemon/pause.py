"""A pause of protection that ends by itself. Sans-IO but for its countdown."""

from collections.abc import Callable

from maskwire_daemon.countdown import Clocks, Countdown, both

MAX_MINUTES = 24 * 60.0
"""Longest pause: a day. Whoever wants none at all says so in the configuration, per host."""


class Pause:
    """Counts down to protection. ``changed`` is called at each start and end; a newer pause replaces the older.

    A pause has a floor: secrets stay masked, unless whoever started it said that nothing is to be. Neither a machine
    that sleeps nor a clock that is set back makes it longer.
    """

    def __init__(self, changed: Callable[[], None], clocks: Clocks = both) -> None:
        self._changed = changed
        self._clocks = clocks
        self._running: Countdown | None = None
        self._floor = True

    @property
    def active(self) -> bool:
        """Whether protection is paused now."""
        return self._running is not None

    @property
    def floor(self) -> bool:
        """Whether secrets stay masked in a pause; the next one has a floor again."""
        return self._running is None or self._floor

    @property
    def left_s(self) -> float | None:
        """Seconds until protection is back, ``None`` while it stands."""
        return None if self._running is None else self._running.left_s

    def start(self, minutes: float, *, floor: bool = True) -> None:
        """Pause for ``minutes`` from now; without a ``floor`` nothing is decrypted until then.

        Raises:
            ValueError: not more than 0, or more than a day.
        """
        if not 0 < minutes <= MAX_MINUTES:
            raise ValueError(f"a pause lasts more than 0 and at most {MAX_MINUTES:.0f} minutes")
        if self._running is not None:
            self._running.cancel()
        self._floor = floor
        self._running = Countdown(minutes * 60, self.end, self._clocks)
        self._changed()

    def end(self) -> None:
        """Protect again."""
        if self._running is not None:
            self._running.cancel()
            self._running = None
            self._changed()
