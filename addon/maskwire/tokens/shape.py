"""What every shape of token can do. Sans-IO."""

from collections.abc import Mapping
from typing import Protocol

from maskwire.tokens.grammar import Part


class Shape(Protocol):
    """A way to spell numbers so that they show a kind of value and can never be one.

    A ``variant`` is what a spelling shows beside its number: a label, or how many digits it has. The same
    number in the same variant is the same token, however separators, case and grouping are written.
    """

    @property
    def name(self) -> str:
        """A word that tells this shape from all others; part of the keyed check."""

    @property
    def bodies(self) -> Mapping[str, Part]:
        """The spelling in every form that a model may give it, in folded text, by the characters it may start with.

        Letters stand in capitals for both cases. The first that fits wins.
        """

    @property
    def before(self) -> str:
        """A lookbehind of at most two characters that must hold where a spelling starts, or nothing."""

    @property
    def after(self) -> str:
        """A lookahead of one character that must hold where a spelling ends, or nothing."""

    def size(self, variant: str) -> int:
        """Return how many numbers the variant can write."""

    def write(self, variant: str, number: int) -> str:
        """Return the canonical spelling of ``number``, which is from 0 to ``size(variant) - 1``."""

    def read(self, spelling: str) -> tuple[str, int] | None:
        """Return variant and number of what ``body`` matched, ``None`` when it is not a token after all."""


class Lifelike(Shape, Protocol):
    """A shape that looks like the value it hides."""

    @property
    def numeric(self) -> bool:
        """Whether the digits of a token alone are a JSON number that says the token."""

    def variant(self, value: str) -> str | None:
        """Return the variant for ``value``, ``None`` when the value does not fit the shape."""

    def dress(self, token: str, value: str) -> str:
        """Return the canonical ``token`` in the grouping and case of ``value``."""
