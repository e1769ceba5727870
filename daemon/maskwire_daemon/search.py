"""What the worker's pipeline is made of, and how that is told to it. Sans-IO.

It travels as JSON over the pipe. Hashes and the key of the person's own words are in it, values of secrets never.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from maskwire.detect.fingerprints import Fingerprint
from maskwire.detect.names import NameSettings
from maskwire.detect.terms import Terms


@dataclass(frozen=True, slots=True)
class Search:
    """What is looked for beside the rules: ``names`` unless None, and the person's own words."""

    names: NameSettings | None = field(default_factory=NameSettings)
    terms: Terms | None = None


def to_json(search: Search) -> dict[str, object]:
    """Return ``search`` as values that JSON can hold."""
    return {
        "names": None if search.names is None else asdict(search.names),
        "terms": None if search.terms is None else _terms_to_json(search.terms),
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
        None if names is None else _names_from_json(names), None if terms is None else _terms_from_json(terms)
    )


def _names_from_json(value: Mapping[str, Any]) -> NameSettings:
    known = {f.name for f in fields(NameSettings)}
    if unknown := set(value) - known:
        raise ValueError(f"unknown settings of names: {', '.join(sorted(unknown))}")
    chosen: dict[str, Any] = {key: tuple(v) if isinstance(v, list) else v for key, v in value.items()}
    return NameSettings(**chosen)


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
