"""Whether names of people may stand in a text: a cheap test before the model is asked. Sans-IO."""

from maskwire.detect.fragment import Fragment


def may_hold_names(fragment: Fragment) -> bool:
    """Tell whether ``fragment`` holds a word that could be a name."""
    return any(c.isupper() or ord(c) > 0x2E7F for c in fragment.text)
