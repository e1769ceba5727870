"""A machine's two clocks, moved by hand."""

from dataclasses import dataclass


@dataclass
class TwoClocks:
    """Seconds since the start and seconds on the wall, as ``countdown.both`` returns them."""

    since_start: float = 100.0
    wall: float = 1_000_000.0

    def __call__(self) -> tuple[float, float]:
        return self.since_start, self.wall

    def sleep(self, seconds: float) -> None:
        """Let time pass on both, as it does on a machine that sleeps."""
        self.since_start += seconds
        self.wall += seconds

    def set_wall(self, by: float) -> None:
        """Set the clock on the wall, as a person or a time server does."""
        self.wall += by
