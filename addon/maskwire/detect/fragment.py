"""One piece of text on its way through detection. Sans-IO."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fragment:
    """A text to search, with the label that stands beside it (the JSON key, if any).

    A label is context only: spans are offsets into ``text``.
    """

    text: str
    label: str = ""
