"""Detection in the command's own process, for work in bulk that must not queue before the daemon's live traffic."""

from collections.abc import Callable, Sequence
from pathlib import Path

from maskwire.detect.fragment import Fragment
from maskwire.detect.names import NamesUnavailable, load_names
from maskwire.detect.pipeline import Pipeline
from maskwire.detect.rules import default_rules
from maskwire.errors import BlockedError, Reason
from maskwire.spans import Span
from maskwire.wire.hosts import known_hosts
from maskwire_daemon.config import Config
from maskwire_daemon.configfile import load
from maskwire_daemon.own import names_of
from maskwire_daemon.paths import Paths

type Finder = Callable[[Sequence[str]], list[list[Span]]]
"""Returns the findings of each text."""


def settings(file: Path | None = None) -> Config:
    """Return this home's settings, without asking a daemon."""
    return load(file or Paths.of().config, known_hosts())


def local_finder(*, names: bool = True, everything: bool = False) -> Finder:
    """Return a finder with this home's settings, its models loaded.

    ``names`` False leaves names out; ``everything`` keeps findings that score too low to be acted on.

    Raises:
        BlockedError: the model of names cannot be loaded.
        ConfigError: the settings are wrong.
    """
    config = settings()
    try:
        chosen = names_of(config) if names else None
        finder = load_names(chosen) if chosen else None
    except NamesUnavailable as e:
        raise BlockedError(Reason.DETECTOR_FAILED, f"{e}; --rules-only works without") from e
    pipeline = Pipeline(default_rules(), finder)
    least = {name: e.threshold for name, e in config.entities.items() if e.threshold is not None}

    def find(texts: Sequence[str]) -> list[list[Span]]:
        found = pipeline.find([Fragment(text) for text in texts])
        if everything:
            return found
        return [[s for s in spans if s.score >= least.get(s.entity, config.detection.threshold)] for spans in found]

    return find
