"""Texts with the characters that break offset arithmetic, and values to plant in them."""

from hypothesis import strategies as st

AWKWARD = "\U0001f469\u200d\U0001f4bb\U0001d54fe\u0301\u200b\xad\u202e\ud800é中я\u0130\xa0"
"""Astral characters, a joined emoji, combining marks, invisible ones, a lone surrogate, one that grows when lowered."""

VALUES = (
    "jane.doe@acme.org",
    "+44 20 7946 1234",
    "4111 1111 1111 1111",
    "DE89 3704 0044 0532 0130 00",
    "93.184.216.34",
    "ghp_16C7e42F292c6912E7710c838347Ae178B4a",
)
"""Values that rules find wherever they stand alone."""

noise = st.text(st.sampled_from(AWKWARD + "ab Z.,;:\n\t'\"|"), max_size=30)
texts = st.one_of(noise, st.text(max_size=60), st.text(st.sampled_from(AWKWARD + "0123456789 +-@.ab\n"), max_size=60))


@st.composite
def planted(draw: st.DrawFn) -> tuple[str, int, str]:
    """Return a text, where a value stands in it, and the value; a blank is on either side."""
    before, value, after = draw(noise), draw(st.sampled_from(VALUES)), draw(noise)
    head = before.rstrip("0123456789") + "\n "
    return head + value + " ." + after, len(head), value
