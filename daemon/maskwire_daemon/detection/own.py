"""What the settings say about words, patterns and allowed values, as detection takes it. Sans-IO but for ``today``."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from types import MappingProxyType

from maskwire.detect.fingerprints import Fingerprint
from maskwire.detect.names import NameSettings
from maskwire.detect.terms import Terms, value_hash
from maskwire.policy import nothing_passes
from maskwire_daemon.config.settings import Allowance, Config, OwnPattern

_SPECIAL = re.compile(r"[^\w\s]", re.ASCII)
"""What a pattern must write with a backslash; more than RE2 asks for does no harm."""

_OUTSIDE = r"[^\pL\pN_]"
"""What may stand beside a word."""


@dataclass(frozen=True, slots=True)
class Keyed:
    """What is known by keyed hashes alone: the key, and the fingerprints of secrets that were learned."""

    key: bytes = field(repr=False)
    secrets: Sequence[Fingerprint] = ()


def pattern_of(own: OwnPattern) -> str:
    """Return the pattern as RE2 takes it."""
    return own.pattern if own.case else f"(?i){own.pattern}"


def pattern_problem(own: OwnPattern) -> str:
    """Return why a pattern cannot be used, in words for the person; empty when it can."""
    from maskwire.detect.patterns import Pattern, PatternError

    try:
        compiled = Pattern(pattern_of(own))
    except PatternError as e:
        return str(e)
    return "the pattern matches the empty text, so it would be found everywhere" if compiled.fits(b"") else ""


def terms_of(config: Config, keyed: Keyed | None, today: date) -> Terms | None:
    """Return the person's own words, or None when there are none. Without a key nothing keyed is known yet."""
    words, patterns = config.words, [(pattern_of(own), own.entity) for own in config.words.patterns]
    if words.case:
        patterns += [(exactly(term), words.entity) for term in words.terms]
    everywhere = frozenset(bytes.fromhex(a.hash) for a in in_force(config, today) if not a.host)
    terms = Terms(
        words=() if words.case else tuple((term, words.entity) for term in words.terms),
        patterns=tuple(patterns),
        allowed=everywhere if keyed else frozenset(),
        secrets=tuple(keyed.secrets) if keyed else (),
        key=keyed.key if keyed else b"",
    )
    return terms if terms.words or terms.patterns or terms.allowed or terms.secrets else None


def exactly(term: str) -> str:
    """Return the pattern of a word whose small and capital letters count."""
    bare = term.strip("*")
    before = "" if term.startswith("*") else f"(?:^|{_OUTSIDE})"
    behind = "" if term.endswith("*") else f"(?:$|{_OUTSIDE})"
    return f"{before}(?P<v>{_SPECIAL.sub(lambda c: chr(92) + c[0] if c[0].isascii() else c[0], bare)}){behind}"


def in_force(config: Config, today: date) -> list[Allowance]:
    """Return the allowances that have not expired."""
    return [a for a in config.allow.values if a.until is None or today <= a.until]


@dataclass(frozen=True, slots=True)
class Passing:
    """The values that pass to single hosts: each exact host or ``*.suffix`` pattern with their hashes."""

    key: bytes = field(repr=False)
    hashes: Mapping[str, frozenset[bytes]]

    def __call__(self, value: str, host: str) -> bool:
        """Tell whether ``value`` passes to ``host``."""
        host = host.lower().rstrip(".")
        parts = host.split(".")
        here = (host, *("*." + ".".join(parts[i:]) for i in range(1, len(parts))))
        known = [self.hashes[pattern] for pattern in here if pattern in self.hashes]
        return bool(known) and any(value_hash(value, self.key) in hashes for hashes in known)


def passing_of(config: Config, key: bytes, today: date) -> Callable[[str, str], bool]:
    """Return what tells whether a value passes to a host, by the allowances that name one."""
    hashes: dict[str, frozenset[bytes]] = {}
    for allowance in in_force(config, today):
        if host := allowance.host.lower():
            hashes[host] = hashes.get(host, frozenset()) | {bytes.fromhex(allowance.hash)}
    return Passing(key, MappingProxyType(hashes)) if hashes else nothing_passes


def today() -> date:
    """Return the day that it is here."""
    return datetime.now(UTC).astimezone().date()


def names_of(config: Config) -> NameSettings | None:
    """Return what finds names, or None when nothing does."""
    chosen = config.detection
    if not chosen.names:
        return None
    return NameSettings(
        engine=str(chosen.engine),
        spacy_model=chosen.spacy_model,
        recognizers=tuple(chosen.recognizers),
        remote_url=chosen.remote_url,
        remote_timeout_s=chosen.remote_timeout_s,
    )
