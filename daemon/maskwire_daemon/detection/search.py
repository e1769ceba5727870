"""What the worker's pipeline is made of, and how that is told to it. Sans-IO.

It travels as JSON over the pipe. Hashes and the key of the person's own words are in it, values of secrets never.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from maskwire.detect.fingerprints import Fingerprint
from maskwire.detect.names import NameSettings
from maskwire.detect.rule import Rule
from maskwire.detect.terms import Terms


@dataclass(frozen=True, slots=True)
class Search:
    """What is looked for beside the shipped rules: ``names`` unless None, the person's own words, their own rules."""

    names: NameSettings | None = field(default_factory=NameSettings)
    terms: Terms | None = None
    rules: tuple[Rule, ...] = ()


def to_json(search: Search) -> dict[str, object]:
    """Return ``search`` as values that JSON can hold."""
    return {
        "names": None if search.names is None else asdict(search.names),
        "terms": None if search.terms is None else _terms_to_json(search.terms),
        "rules": [asdict(rule) for rule in search.rules],
    }


def from_json(value: object) -> Search:
    """Return what ``to_json`` was given.

    Raises:
        ValueError, TypeError, KeyError: it is something else.
    """
    if not isinstance(value, Mapping):
        raise TypeError("settings of a search are a table")
    names, terms = value["names"], value["terms"]
    return Search(
        None if names is None else _names_from_json(names),
        None if terms is None else _terms_from_json(terms),
        tuple(Rule(**_with_tuples(rule)) for rule in value["rules"]),
    )


def _names_from_json(value: Mapping[str, Any]) -> NameSettings:
    known = {f.name for f in fields(NameSettings)}
    if unknown := set(value) - known:
        raise ValueError(f"unknown settings of names: {', '.join(sorted(unknown))}")
    return NameSettings(**_with_tuples(value))


def _with_tuples(value: Mapping[str, Any]) -> dict[str, Any]:
    """Return a table with tuples in place of the lists that JSON makes of them."""
    return {key: tuple(v) if isinstance(v, list) else v for key, v in value.items()}


def _terms_to_json(terms: Terms) -> dict[str, object]:
    return {
        "words": [list(pair) for pair in terms.words],
        "patterns": [list(pair) for pair in terms.patterns],
        "allowed": sorted(value.hex() for value in terms.allowed),
        "secrets": [[f.length, f.head.hex(), f.whole.hex(), f.inside] for f in terms.secrets],
        "key": terms.key.hex(),
    }


def _terms_from_json(value: Mapping[str, Any]) -> Terms:
    return Terms(
        words=tuple((str(word), str(entity)) for word, entity in value["words"]),
        patterns=tuple((str(pattern), str(entity)) for pattern, entity in value["patterns"]),
        allowed=frozenset(bytes.fromhex(text) for text in value["allowed"]),
        secrets=tuple(
            Fingerprint(int(length), bytes.fromhex(head), bytes.fromhex(whole), bool(inside))
            for length, head, whole, inside in value["secrets"]
        ),
        key=bytes.fromhex(value["key"]),
    )
