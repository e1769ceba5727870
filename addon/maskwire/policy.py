"""What is done with a finding: a pure answer from the person's settings. Sans-IO."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType

from maskwire.entities import Kind, kind_of
from maskwire.vault import Finding, surrogate


class Action(StrEnum):
    """What happens to a value of one entity."""

    ALLOW = "allow"
    MASK = "mask"
    BLOCK = "block"
    ROUTE_LOCAL = "route_local"


class Mode(StrEnum):
    """What happens to the traffic of one host."""

    PROTECT = "protect"
    """Decrypt, mask requests, restore answers."""
    OBSERVE = "observe"
    """Decrypt and journal what would have been masked; change nothing but secrets."""
    BYPASS = "bypass"
    """Tunnel without decrypting."""
    BLOCK = "block"
    """Refuse every request."""


class TokenForm(StrEnum):
    """What the tokens of one entity look like."""

    CODE = "code"
    NAME = "name"
    """Invented names."""


@dataclass(frozen=True, slots=True)
class HostPolicy:
    """The settings of one host.

    ``actions`` overrides the default action per entity. ``restore_arguments`` says whether tool
    arguments come back with real values, ``masked_tools`` names the tools for which they do not.
    ``restore_urls`` lifts the rule that no value is restored inside an address the model wrote.
    ``media`` lets images and sound pass, in which nothing can be found.
    """

    mode: Mode = Mode.PROTECT
    actions: Mapping[str, Action] = field(default_factory=lambda: MappingProxyType({}))
    restore_arguments: bool = True
    masked_tools: frozenset[str] = frozenset()
    restore_urls: bool = False
    media: bool = False


@dataclass(frozen=True, slots=True)
class Override:
    """What is different for one program: another mode, other actions for some entities; the rest stays."""

    mode: Mode | None = None
    actions: Mapping[str, Action] = field(default_factory=lambda: MappingProxyType({}))

    def on(self, settings: HostPolicy) -> HostPolicy:
        """Return ``settings`` with what is different."""
        actions = MappingProxyType({**settings.actions, **self.actions})
        return replace(settings, mode=self.mode or settings.mode, actions=actions)


type Overrides = Mapping[str, Override]
"""Overrides by exact host, ``*.suffix`` pattern, or ``*`` for all hosts."""


def nothing_passes(value: str, host: str) -> bool:
    """Allow no single value anywhere."""
    del value, host
    return False


@dataclass(frozen=True, slots=True)
class Policy:
    """All settings that decide about findings.

    ``hosts`` maps an exact host or a ``*.suffix`` pattern to its policy; the longest match wins.
    ``thresholds`` holds the least score per entity, ``threshold`` the one for all others.
    ``passes(value, host)`` tells whether the person lets this one value pass to that host.
    ``programs`` holds what is different for a program, by its name in lower case; ``by`` makes it count.
    ``per_host`` gives one value a token of its own for each host. ``surrogates`` are the entities whose tokens are
    invented names.
    While ``paused`` only secrets are masked, unless ``pause_secrets`` says that they pass too.
    """

    default: HostPolicy = HostPolicy()
    hosts: Mapping[str, HostPolicy] = field(default_factory=lambda: MappingProxyType({}))
    actions: Mapping[str, Action] = field(default_factory=lambda: MappingProxyType({}))
    thresholds: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    threshold: float = 0.5
    paused: bool = False
    pause_secrets: bool = False
    per_host: bool = False
    surrogates: frozenset[str] = frozenset()
    programs: Mapping[str, Overrides] = field(default_factory=lambda: MappingProxyType({}))
    overrides: Overrides = field(default_factory=lambda: MappingProxyType({}))
    passes: Callable[[str, str], bool] = nothing_passes

    def host(self, name: str) -> HostPolicy:
        """Return the settings of host ``name`` (no port), the default ones when nothing matches."""
        settings = best(self.hosts, name) or self.default
        override = best(self.overrides, name)
        return settings if override is None else override.on(settings)

    def by(self, program: str) -> "Policy":
        """Return the policy as it is for ``program``."""
        overrides = self.programs.get(program.lower())
        return self if overrides is None else replace(self, overrides=overrides)

    def scope(self, host: str) -> str:
        """Return the scope of the tokens that ``host`` gets."""
        return host.lower().rstrip(".") if self.per_host else ""

    def scoped(self, finding: Finding, host: str) -> Finding:
        """Return ``finding`` in the scope of the token that ``host`` gets of it; ``""`` is no host."""
        scope = self.scope(host)
        return finding.within(surrogate(scope) if finding.entity in self.surrogates else scope)

    def action(self, entity: str, score: float, host: str) -> Action:
        """Return what to do with a finding of ``entity`` with ``score`` on its way to ``host``."""
        if score < self.thresholds.get(entity, self.threshold):
            return Action.ALLOW
        secret = kind_of(entity) is Kind.SECRET
        if self.paused and (self.pause_secrets or not secret):
            return Action.ALLOW
        settings = self.host(host)
        if settings.mode is Mode.BYPASS or (settings.mode is Mode.OBSERVE and not secret):
            return Action.ALLOW
        return settings.actions.get(entity) or self.actions.get(entity) or Action.MASK


def best[T](settings: Mapping[str, T], host: str) -> T | None:
    """Return what holds for ``host`` (no port): its own, that of the longest ``*.suffix``, that of ``*``, or none."""
    name = host.lower().rstrip(".")
    if name in settings:
        return settings[name]
    parts = name.split(".")
    for i in range(1, len(parts)):
        if (found := settings.get("*." + ".".join(parts[i:]))) is not None:
            return found
    return settings.get("*")
