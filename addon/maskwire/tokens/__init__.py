"""Tokens: what stands in a masked text in place of a value. Sans-IO."""

from maskwire.tokens.minter import Minter, stands
from maskwire.tokens.recognise import Match, Ours, canonical, find, numeric, spell, telling

__all__ = ["Match", "Minter", "Ours", "canonical", "find", "numeric", "spell", "stands", "telling"]
