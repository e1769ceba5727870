"""One exchange in its stages, as its page shows them: what each took, drawn to scale. Sans-IO."""

from dataclasses import dataclass

from maskwire.exchange import Exchange

WIDTH = 720.0
"""Units of the drawing."""

LEAST = 3.0
"""Units of the shortest stage that took any time, so that it can be seen."""


@dataclass(frozen=True, slots=True)
class Stage:
    """A stretch of an exchange's time. ``mark`` is its colour's name; ``x`` and ``width`` are units of the drawing."""

    mark: str
    name: str
    ms: float
    x: float = 0.0
    width: float = 0.0


def stages_of(exchange: Exchange) -> tuple[Stage, ...]:
    """Return the stages that took any time, in their order, side by side."""
    ours = exchange.added_ms - exchange.find_ms - exchange.mask_ms
    rest = exchange.total_ms - exchange.added_ms - exchange.wait_ms
    took = [
        Stage("read", "read and rewritten", max(0.0, ours)),
        Stage("find", "searched", exchange.find_ms),
        Stage("mask", "masked and looked over", exchange.mask_ms),
        Stage("wait", "waited for the provider", exchange.wait_ms),
        Stage("answer", "received and restored", max(0.0, rest)),
    ]
    took = [stage for stage in took if stage.ms > 0]
    total = sum(stage.ms for stage in took)
    free = WIDTH - LEAST * len(took)
    placed: list[Stage] = []
    x = 0.0
    for stage in took:
        width = LEAST + free * stage.ms / total
        placed.append(Stage(stage.mark, stage.name, stage.ms, round(x, 2), round(width, 2)))
        x += width
    return tuple(placed)
