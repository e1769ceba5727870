"""Detection in the command's own process, for work in bulk that must not queue before the daemon's live traffic."""

import asyncio
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from maskwire.detect.fragment import Fragment
from maskwire.detect.names import NamesUnavailable
from maskwire.detect.pipeline import Explanation
from maskwire.errors import BlockedError, ConfigError, Reason, VaultError
from maskwire.spans import Span
from maskwire.wire.hosts import known_hosts
from maskwire_daemon.cli.halves import Halves, Told
from maskwire_daemon.config.file import load
from maskwire_daemon.config.settings import Config, KeyProvider
from maskwire_daemon.detection.own import Keyed, names_of, terms_of, today
from maskwire_daemon.detection.ownrules import own_rules
from maskwire_daemon.detection.search import Search
from maskwire_daemon.detection.worker_main import build
from maskwire_daemon.paths import Paths

type Finder = Callable[[Sequence[str]], list[list[Span]]]
"""Returns the findings of each text."""


def settings(file: Path | None = None) -> Config:
    """Return this home's settings, without asking a daemon."""
    return load(file or Paths.of().config, known_hosts())


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for. ``names`` False leaves names out; ``everything`` keeps what scores too low to be acted on.

    ``keyed`` is what is known by hashes alone: without it, known secrets and allowed values are not. ``cores`` is how
    many processors may be used for much text; whoever gives more than one closes the search in the end.
    """

    names: bool = True
    everything: bool = False
    keyed: Keyed | None = None
    cores: int = 1


class LocalSearch:
    """This home's whole pipeline, its models loaded."""

    def __init__(self, wanted: Wanted) -> None:
        """Load it.

        Raises:
            BlockedError: the model of names cannot be loaded.
            ConfigError: the settings or a rule pack are wrong.
        """
        config = settings()
        chosen = names_of(config) if wanted.names else None
        search = Search(chosen, terms_of(config, wanted.keyed, today()), own_rules(Paths.of().rules))
        try:
            parts = build(search)
        except NamesUnavailable as e:
            raise BlockedError(Reason.DETECTOR_FAILED, f"{e}; --rules-only works without") from e
        self._pipeline = parts.pipeline
        self._find = Halves(parts, wanted.cores)
        self._everything = wanted.everything
        self._least = {name: e.threshold for name, e in config.entities.items() if e.threshold is not None}
        self._threshold = config.detection.threshold

    def __call__(self, texts: Sequence[str]) -> list[list[Span]]:
        """Return the findings of each text."""
        return next(self.each([texts]))

    def each(self, groups: Iterable[Sequence[str]]) -> Iterator[list[list[Span]]]:
        """Yield the findings of each group of texts, as ``Halves.each`` does."""
        for found in self._find.each([Fragment(text) for text in group] for group in groups):
            yield found if self._everything else [self._counting(spans) for spans in found]

    def follow(self, told: Told) -> None:
        """Have ``told`` called as parts of a long text are done."""
        self._find.follow(told)

    def _counting(self, spans: list[Span]) -> list[Span]:
        """Return those that score high enough to be acted on."""
        return [span for span in spans if span.score >= self._least.get(span.entity, self._threshold)]

    def close(self) -> None:
        """End the process that helped, if there was one."""
        self._find.close()

    def explain(self, span: Span) -> Explanation:
        """Return why ``span`` was found."""
        return self._pipeline.explain(span)


def keyed_here() -> Keyed | None:
    """Return what this home's vault knows by hashes alone, or None when there is no vault that opens unasked.

    A passphrase is taken from the environment, never asked for: a scan needs nobody.
    """
    paths = Paths.of()
    if not paths.database.exists():
        return None
    from maskwire_daemon.storage import Opening

    try:
        opening = Opening(paths, settings(), os.environ)
        if opening.provider is KeyProvider.PASSPHRASE and "MASKWIRE_PASSPHRASE" not in os.environ:
            return None
        storage = asyncio.run(opening.open())
    except (VaultError, ConfigError):
        return None
    try:
        if not storage.persistent:
            return None
        return Keyed(storage.keys.words, tuple(storage.secrets.prints()))
    finally:
        storage.close()


def locked_here() -> bool:
    """Tell whether this home has a vault on disk; when ``keyed_here`` gives nothing then, it is locked."""
    return Paths.of().database.exists()
