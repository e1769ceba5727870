"""Whether names of people may stand in a text: a cheap test before the model is asked. Sans-IO.

It errs towards asking: only what is clearly no prose (numbers, identifiers, paths, code words) is answered without.
"""

from maskwire.detect.fragment import Fragment
from maskwire.detect.patterns import Pattern, encode

_OTHER_SCRIPTS = "\u0370"
"""From this character on letters have no capitals that could tell names, or texts need the model anyway."""

_NAME_LIKE = Pattern(
    r"(?:^|[^0-9A-Za-z_./\\@#$%&=-])(?:[A-Z\x{C0}-\x{DE}\x{100}-\x{24F}][a-z\x{DF}-\x{24F}'’-]+|[A-Z]{2,}[ ]+[A-Z]{2,})"
    r"(?:$|[^0-9A-Za-z_(\[=/\\@])"
    r"|(?:^|[^0-9A-Za-z_./\\@#$%&=(-])[a-z\x{DF}-\x{24F}'’]{2,},?[ ]+[a-z\x{DF}-\x{24F}'’]{2,}"
    r"(?:$|[^0-9A-Za-z_(\[=/\\@])"
)
"""A capitalised word, two words in capitals, or two small words one after the other: prose."""

_NAMING = frozenset(("name", "author", "owner", "contact", "person", "assignee", "sender", "recipient", "customer"))


def may_hold_names(fragment: Fragment) -> bool:
    """Tell whether ``fragment`` holds a word that could be a name."""
    text = fragment.text
    if not text.isascii() and any(c >= _OTHER_SCRIPTS for c in text):
        return True
    if fragment.label and any(word in fragment.label.lower() for word in _NAMING):
        return any(c.isalpha() for c in text)
    return _NAME_LIKE.found(encode(text))
