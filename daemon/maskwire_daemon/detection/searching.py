"""Keeps detection in step with the person's own words, rule packs and known secrets while the daemon runs.

What the loop searches and what the worker searches change together. A pack with a mistake changes nothing: the last
good rules stay in force, and the status names file, line, rule and reason. IO: ``stat`` and small files.
"""

import asyncio
import gc
import logging

from maskwire.detect.fragment import Fragment
from maskwire.detect.gate import may_hold_names
from maskwire.detect.pipeline import Pipeline
from maskwire.detect.rule import Rule
from maskwire.detect.rules import RuleSet, default_rules
from maskwire.detect.terms import Terms, TermSet
from maskwire.errors import ConfigError
from maskwire.spans import Span
from maskwire_daemon.config.settings import Config
from maskwire_daemon.config.watch import INTERVAL_S
from maskwire_daemon.detection.detector import Detector, DetectorSettings
from maskwire_daemon.detection.own import Keyed, names_of, terms_of, today
from maskwire_daemon.detection.ownrules import listing, own_rules
from maskwire_daemon.live import Live
from maskwire_daemon.paths import Paths
from maskwire_daemon.storage import Storage

_log = logging.getLogger(__name__)

COLLECTIONS = (500, 4, 100)
"""When Python looks for garbage in circles: more often, at less each time. With its own (2000, 10, 10) the middle
collections held up the loop for 3 ms beside a large body, now for half of one; full ones are as rare as before."""


class Searching:
    """What is searched for now. ``detector`` is told of every change."""

    def __init__(self, paths: Paths, config: Config) -> None:
        """Read the person's own rules and words; those that need the key follow with ``opened``.

        Raises:
            ConfigError: a rule pack is wrong: there is no good set yet that could stay in force.
        """
        self._folder = paths.rules
        self._seen = listing(self._folder)
        self._own: tuple[Rule, ...] = own_rules(self._folder)
        self._rules: RuleSet | None = None
        self._storage: Storage | None = None
        self._keyed: Keyed | None = None
        self._config = config
        self._today = today()
        self._names = names_of(config)
        self._terms = terms_of(config, None, self._today)
        settings = DetectorSettings(self._names, config.limits.scan_timeout_s, terms=self._terms, rules=self._own)
        self.detector = Detector(self._quick, settings)
        self._pipeline: Pipeline | None = None

    def _quick(self, fragment: Fragment) -> list[Span] | None:
        """Return what can be settled on the loop; nothing until the rules are loaded, or where names may stand."""
        if self._pipeline is None or (self._names is not None and may_hold_names(fragment)):
            return None
        return self._pipeline.quick(fragment)

    async def load(self, announced: asyncio.Event) -> None:
        """Load the rules for small texts once the proxy listens; until then the worker has them."""
        await announced.wait()
        own = self._own
        rules = await asyncio.to_thread(_rule_set, own)
        if own == self._own:
            self._rules = rules
            self._join()
        gc.freeze()  # what is loaded now stays: full collections, which hold up the loop, need not look at it
        gc.set_threshold(*COLLECTIONS)

    def opened(self, storage: Storage) -> None:
        """Take the key and the known secrets of a vault that was opened. Call it before the proxy listens.

        Raises:
            VaultError: the known secrets cannot be read.
        """
        self._storage = storage
        self.learned()

    def learned(self) -> None:
        """Read the known secrets again.

        Raises:
            VaultError: they cannot be read.
        """
        if self._storage is not None:
            self._keyed = Keyed(self._storage.keys.words, tuple(self._storage.secrets.prints()))
            self.follow_config(self._config)

    def follow_config(self, config: Config) -> None:
        """Take the words and allowed values of these settings."""
        self._config = config
        terms = terms_of(config, self._keyed, self._today)
        if terms != self._terms:
            self._change(terms, self._own)

    async def follow(self, live: Live) -> None:
        """Look for changed packs and expired allowances, until cancelled."""
        while True:
            await asyncio.sleep(INTERVAL_S)
            if self._today != (now := today()):
                self._today = now
                live.follow(live.config)
            if (found := listing(self._folder)) != self._seen:
                self._seen = found
                await self._take_packs(live)

    async def _take_packs(self, live: Live) -> None:
        try:
            own = own_rules(self._folder)
            rules = await asyncio.to_thread(_rule_set, own)
        except ConfigError as e:
            _log.warning("a rule pack is wrong", extra={"line": e.line, "key": e.key})
            live.health.attention("rules", f"{e} (the rules before that stay in force)")
            return
        live.health.clear("rules")
        self._rules = rules
        self._change(self._terms, own)

    def _change(self, terms: Terms | None, own: tuple[Rule, ...]) -> None:
        _log.info("own words and rules changed", extra={"count": len(own)})
        self._terms, self._own = terms, own
        self._join()
        self.detector.change(self._quick, terms, own)

    def _join(self) -> None:
        """Make the loop's pipeline of what holds now; without rules there is none yet."""
        if self._rules is not None:
            self._pipeline = Pipeline(self._rules, None, None if self._terms is None else TermSet(self._terms))


def _rule_set(own: tuple[Rule, ...]) -> RuleSet:
    """Compile the shipped rules with the person's own.

    Raises:
        ConfigError: together they are more than can be searched for.
    """
    shipped = default_rules()
    if not own:
        return shipped
    try:
        return RuleSet([*shipped.rules, *own])
    except ValueError as e:
        raise ConfigError(f"the rules cannot be used together: {e}", key="rules") from e
