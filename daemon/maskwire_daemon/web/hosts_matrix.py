"""What happens to each kind of value on its way from a program to a host, as a table. Sans-IO."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from maskwire.entities import KINDS
from maskwire.policy import Action, Mode, Policy
from maskwire.wire.catalog import Entry, entries
from maskwire.wire.hosts import PROVIDERS, provider_of
from maskwire_daemon.config.file import covers_known
from maskwire_daemon.config.settings import Config, policy_of
from maskwire_daemon.web.words import kind

EVERY = "*"
"""The entry for hosts without settings of their own."""

GROUPS = (("secret", "Secrets"), ("structured", "Identifiers"), ("prose", "Names"), ("own", "Own words"))
"""The columns: groups of kinds, which mostly share one action."""

WORDS: Mapping[Action, str] = MappingProxyType(
    {
        Action.MASK: "masked",
        Action.ALLOW: "passes",
        Action.BLOCK: "blocked",
        Action.ROUTE_LOCAL: "stays here",
    }
)
"""What becomes of a value."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One group of kinds on one way: what happens to most of them, and the ``others`` by name."""

    action: str
    words: str
    others: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """One way: from all programs, or from one, to a host. ``set`` tells that the settings name it."""

    host: str
    program: str
    mode: str
    set: bool
    cells: tuple[Cell, ...]


def lines(config: Config, seen: Iterable[str]) -> list[Line]:
    """Return the ways to hosts that were ``seen`` or are set, by host, then by program; all other hosts come last."""
    policy = policy_of(config)
    ways = {(host, program) for program, hosts in policy.programs.items() for host in hosts}
    hosts = {*seen, *policy.hosts, *(host for host, _ in ways), EVERY}
    ordered = sorted(hosts, key=lambda host: (host == EVERY, host.removeprefix("*."), host))
    found: list[Line] = []
    for host in ordered:
        found.append(_line(policy, host, ""))
        found += [_line(policy.by(program), host, program) for named, program in sorted(ways) if named == host]
    return found


def _line(policy: Policy, host: str, program: str) -> Line:
    mode = policy.host(host).mode
    cells = tuple(_cell(policy, host, mode, group) for group, _ in GROUPS)
    return Line(host, program, str(mode), bool(program) or host in policy.hosts, cells)


def _cell(policy: Policy, host: str, mode: Mode, group: str) -> Cell:
    if mode is Mode.BYPASS:
        return Cell(str(Action.ALLOW), "not looked at")
    if mode is Mode.BLOCK:
        return Cell(str(Action.BLOCK), "refused")
    actions = {entity: policy.action(entity, 1.0, host) for entity in KINDS if kind(entity) == group}
    counts = {action: list(actions.values()).count(action) for action in Action}
    most = max(counts, key=counts.__getitem__)
    others = tuple((entity, WORDS[action]) for entity, action in actions.items() if action is not most)
    words = "counted" if mode is Mode.OBSERVE and most is Action.ALLOW else WORDS[most]
    return Cell(str(most), words, others)


def as_written(names: Iterable[str], name: str) -> str:
    """Return ``name``, which is in lower case, as ``names`` write it; capitals mean the same in hosts and programs."""
    return next((each for each in names if each.lower() == name), name)


def shown_name(host: str) -> str:
    """Return how a host is called on pages."""
    return "All other hosts" if host == EVERY else host


def surfaces_of(host: str) -> Sequence[Entry]:
    """Return the surfaces of the provider whose host this is; of several when a pattern covers them."""
    return [entry for entry in entries() if _is_of(host, entry.provider)]


def _is_of(host: str, provider: str) -> bool:
    if (owner := provider_of(host)) is not None:
        return owner == provider
    return host != EVERY and covers_known(host, [name for name in PROVIDERS[provider] if "{" not in name])
