"""The person's own words: exact terms, patterns, values that may pass, and secrets known by fingerprint. Sans-IO.

Of allowed values and known secrets only keyed hashes are held, so this memory and the files behind it tell nothing.
Source: https://www.rfc-editor.org/rfc/rfc7693 (BLAKE2, keyed)
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b

from maskwire.detect.fingerprints import Fingerprint, Fingerprints
from maskwire.detect.patterns import Pattern, PatternError, encode, in_characters
from maskwire.detect.vocabulary import Entry, Vocabulary
from maskwire.errors import ConfigError
from maskwire.spans import Span, select

TERM_SCORE = 1.0
"""What the person named is certain."""

_CUSTOM = "CUSTOM"


@dataclass(frozen=True, slots=True)
class Terms:
    """What the person set. ``words`` maps an exact term to its entity, ``patterns`` an RE2 pattern to its entity.

    ``allowed`` holds ``value_hash`` of values that are never found, ``secrets`` fingerprints of known secrets.
    ``key`` is the key of both.
    """

    words: Sequence[tuple[str, str]] = ()
    patterns: Sequence[tuple[str, str]] = ()
    allowed: frozenset[bytes] = frozenset()
    secrets: Sequence[Fingerprint] = ()
    key: bytes = field(default=b"", repr=False)


def value_hash(value: str, key: bytes) -> bytes:
    """Return the keyed hash by which an allowed value is known; case and outer blanks do not count."""
    return blake2b(encode(value.strip().casefold()), key=key[:64], digest_size=16, person=b"allowed").digest()


class TermSet:
    """``Terms`` ready to search with."""

    def __init__(self, terms: Terms) -> None:
        """Compile ``terms``.

        Raises:
            ConfigError: a pattern cannot be used; says which one (by number) and why.
        """
        self._terms = terms
        self._entities = [entity or _CUSTOM for _, entity in terms.words]
        self._words = Vocabulary(Entry((f"{word}",)) for word, _ in terms.words)
        self._patterns: list[tuple[Pattern, str]] = []
        for number, (pattern, entity) in enumerate(terms.patterns, 1):
            try:
                compiled = Pattern(pattern)
            except PatternError as e:
                raise ConfigError(str(e), key=f"pattern {number}") from e
            if compiled.fits(b""):
                raise ConfigError("the pattern matches the empty text", key=f"pattern {number}")
            self._patterns.append((compiled, entity or _CUSTOM))
        self._secrets = Fingerprints(terms.key, terms.secrets)

    def find(self, text: str) -> list[Span]:
        """Return the terms and secrets in ``text``, sorted by start, none overlapping."""
        found = [
            Span(start, end, self._entities[word.keyword.bit_length() - 1], TERM_SCORE, "terms.word")
            for start, end, word in self._words.hits(text)
        ]
        if self._patterns:
            data = encode(text)
            for pattern, entity in self._patterns:
                spans = in_characters(data, pattern.spans(data))
                found.extend(Span(start, end, entity, TERM_SCORE, "terms.pattern") for start, end in spans)
        found.extend(self._secrets.find(text))
        return select(found)

    def without_allowed(self, text: str, spans: Iterable[Span]) -> list[Span]:
        """Return ``spans`` without those whose value the person lets pass."""
        if not self._terms.allowed:
            return list(spans)
        key, allowed = self._terms.key, self._terms.allowed
        return [span for span in spans if value_hash(text[span.start : span.end], key) not in allowed]
