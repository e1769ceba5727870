"""Telling content that cannot be read (images, files) from text, where no rule names it. Sans-IO."""

import re

from maskwire.errors import BlockedError, Reason
from maskwire.wire.rules import Verdict
from maskwire.wire.walk import Context, Leaf

LEAST_ENCODED = 512
"""Characters of base64 from which a protocol string counts as a file. The longest ids are below 200."""

LEAVE = (
    "to send it once, run `maskwire hosts media HOST` for this host and send it again within ten minutes; to send "
    "such things always, set `media = true` for this host in maskwire's configuration (`maskwire config path`)"
)
"""How a person lets an image or sound pass."""

_DATA_URL = re.compile(r"data:[\w.+-]*/?[\w.+-]*(?:;[\w.=+-]+)*;base64,", re.IGNORECASE)
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]+={0,2}")
_PROSE = frozenset({"text", "content", "output", "input", "instructions", "system", "prompt", "arguments", "code"})
"""Keys whose strings the person or a tool wrote: base64 there is text and is searched as such."""


def check_media(met: list[Context], *, allow_media: bool) -> None:
    """Refuse images and sound that a body carries.

    Raises:
        BlockedError: there is one without leave.
    """
    for context in met:
        if not allow_media:
            raise BlockedError(
                Reason.CONTENT_UNSUPPORTED,
                f"the image or sound at {context.path} cannot be masked; {LEAVE}",
            )


def check_tokens(met: list[Context]) -> None:
    """Refuse text that was sent as token numbers.

    Raises:
        BlockedError: there is some.
    """
    if met:
        raise BlockedError(
            Reason.CONTENT_UNSUPPORTED,
            f"{met[0].path} holds token numbers, which cannot be masked; send the text itself",
        )


def check_encoded(leaf: Leaf) -> None:
    """Refuse a protocol string that is a whole file in base64 although no rule knows its key.

    Raises:
        BlockedError: it is one.
    """
    context, text = leaf.context, leaf.node.text
    if context.verdict is not Verdict.TEXT or context.label in _PROSE:
        return
    if _DATA_URL.match(text) or (len(text) >= LEAST_ENCODED and _BASE64.fullmatch(text)):
        raise BlockedError(
            Reason.CONTENT_UNSUPPORTED,
            f"{context.path} holds encoded content that maskwire does not know, so it cannot be masked",
        )
