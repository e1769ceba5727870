"""Tokens: what stands in a masked text in place of a value. Sans-IO."""

from maskwire.tokens.minter import Minter, stands
from maskwire.tokens.recognise import Match, Ours, canonical, find, numeric, spell, telling
from maskwire.tokens.surrogate import worn
from maskwire.tokens.table import NATURAL

__all__ = ["NATURAL", "Match", "Minter", "Ours", "canonical", "find", "numeric", "spell", "stands", "telling", "worn"]
