"""Detection in the command's own process, for work in bulk that must not queue before the daemon's live traffic."""

import asyncio
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from maskwire.detect.fragment import Fragment
from maskwire.detect.names import NamesUnavailable, load_names
from maskwire.detect.pipeline import Explanation, Pipeline
from maskwire.detect.rules import RuleSet, default_rules
from maskwire.detect.terms import TermSet
from maskwire.errors import BlockedError, ConfigError, Reason, VaultError
from maskwire.spans import Span
from maskwire.wire.hosts import known_hosts
from maskwire_daemon.cli.halves import Halves
from maskwire_daemon.config.file import load
from maskwire_daemon.config.settings import Config, KeyProvider
from maskwire_daemon.detection.own import Keyed, names_of, terms_of, today
from maskwire_daemon.detection.ownrules import own_rules
from maskwire_daemon.detection.search import Search
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
        try:
            names = load_names(chosen) if chosen else None
        except NamesUnavailable as e:
            raise BlockedError(Reason.DETECTOR_FAILED, f"{e}; --rules-only works without") from e
        own = own_rules(Paths.of().rules)
        rules = RuleSet([*default_rules().rules, *own]) if own else default_rules()
        terms = terms_of(config, wanted.keyed, today())
        self._pipeline = Pipeline(rules, names, TermSet(terms) if terms else None)
        self._find = Halves(self._pipeline.find, Search(chosen, terms, own), wanted.cores)
        self._everything = wanted.everything
        self._least = {name: e.threshold for name, e in config.entities.items() if e.threshold is not None}
        self._threshold = config.detection.threshold

    def __call__(self, texts: Sequence[str]) -> list[list[Span]]:
        """Return the findings of each text."""
        found = self._find([Fragment(text) for text in texts])
        if self._everything:
            return found
        return [[s for s in spans if s.score >= self._least.get(s.entity, self._threshold)] for spans in found]

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
    from maskwire_daemon.storage import Opening

    paths = Paths.of()
    if not paths.database.exists():
        return None
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
