"""Knows whether a place in a text is inside an address that a program would follow. Sans-IO.

An injected prompt can make a model write an image whose address holds a token: restored, the value would travel
to whoever serves that address as soon as the answer is shown. So no value is restored there. A mail or telephone
link carries nothing away by itself.

Source: https://spec.commonmark.org/0.31.2/#links, https://github.github.com/gfm/#autolinks-extension-,
https://html.spec.whatwg.org/multipage/syntax.html#attributes-2
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator

from maskwire.tokens import find

LONGEST_ADDRESS = 4096
"""Characters of an address that are kept; a longer one is never one that we know."""

RECENT = 48
"""Characters that may already belong to an address whose beginning is cut: a quote, a scheme, ``:/``."""

HARMLESS = ("mailto:", "tel:")
"""Schemes that open a program of the person's own and send nothing."""

LONGEST_NAME = 32
"""Characters of an attribute's name that are kept: none that matters has more."""

_TAGS = (
    "a|area|audio|base|body|button|embed|form|frame|iframe|image|img|input|link|meta|object|script|source|table|td|th|"
    "track|use|video"
)
_START = re.compile(
    r"(?P<bare>:(?:\\{0,4}/){2})|(?P<www>(?<![a-z0-9.])www\.)|(?P<target>\]\(|(?<![a-z0-9])url\()"
    rf"|(?P<tag><(?:{_TAGS})[\s/])",
    re.IGNORECASE | re.ASCII,
)
_FRONT = re.compile(r"(?P<opener>['<]?)(?P<scheme>(?:[a-z][a-z0-9+.\-]{0,30})?)\Z", re.IGNORECASE | re.ASCII)
_BEHIND = ".,;:!?)*_~'\\]"
_SHOWN = frozenset({"alt", "aria-label", "class", "id", "label", "name", "placeholder", "title", "value"})


class _Follower(ABC):
    """An address that has begun: takes letter by letter until it is ``closed``."""

    def __init__(self, address: str = "") -> None:
        self.address = address
        self.closed = False
        self._last = address[-1:]

    @property
    @abstractmethod
    def inside(self) -> bool:
        """Whether a value must not be restored here."""

    @abstractmethod
    def take(self, letter: str) -> bool:
        """Take the next letter. ``True``: an address ended before it, and the letter is not taken."""

    def _add(self, letter: str) -> None:
        self._last = letter
        if len(self.address) < LONGEST_ADDRESS:
            self.address += letter


class _Bare(_Follower):
    """An address with a scheme, wherever it stands: ends at white space, a bracket or a quote."""

    inside = True

    def __init__(self, address: str, opener: str) -> None:
        super().__init__(address)
        self._ends = "\n>" if opener == "<" else f' \t\r\n\f\v\u3000<>"`{opener}'

    def take(self, letter: str) -> bool:
        escape = self._last == "\\" and letter in "nrt\"'"
        self.closed = escape or letter in self._ends or (self._last == "]" and letter == "(")
        if not self.closed:
            self._add(letter)
        return self.closed


class _Target(_Follower):
    """The target of a Markdown link or image, or of ``url()``: ends at its parenthesis or at the line's end."""

    def __init__(self) -> None:
        super().__init__()
        self._angle = False
        self._depth = 0

    @property
    def inside(self) -> bool:
        return not self.address.lower().startswith(HARMLESS)

    def take(self, letter: str) -> bool:
        if not self.address and not self._angle and (letter.isspace() or letter == "<"):
            self._angle = letter == "<"
            return False
        if self._angle:
            self.closed = letter in ">\n"
        elif self._last != "\\":
            self._depth += (letter == "(") - (letter == ")")
            self.closed = letter == "\n" or self._depth < 0
        if not self.closed:
            self._add(letter)
        return self.closed


class _Tag(_Follower):
    """An HTML tag that fetches something: the value of each attribute may be an address."""

    def __init__(self) -> None:
        super().__init__()
        self._name = ""
        self._ends: str | None = None
        """What ends the value: nothing between values, an empty string before one, else its quote or white space."""

    @property
    def inside(self) -> bool:
        shown = self._name.strip(" \"'").lower() in _SHOWN or self.address.lower().startswith(HARMLESS)
        return self._ends is None or not shown

    def take(self, letter: str) -> bool:
        if self._ends is None:
            self._take_name(letter)
            return False
        if self._ends == "":
            if letter.isspace():
                return False
            self._ends = letter if letter in "\"'" else " \t\r\n\f>"
            if letter in self._ends:
                return False
        if letter in self._ends:
            self._ends, self._name = None, ""
            return True
        self._add(letter)
        return False

    def _take_name(self, letter: str) -> None:
        if letter == "=":
            self._ends, self.address = "", ""
        elif letter == ">":
            self.closed = True
        elif letter.isspace():
            self._name = f"{self._name.strip()} "
        else:
            self._name = letter if self._name.endswith(" ") else (self._name + letter)[-LONGEST_NAME:]


class AddressReader:
    """Follows a text, piece by piece, and says whether its end is inside an address."""

    def __init__(self) -> None:
        self._follower: _Follower | None = None
        self._recent = ""
        self.ended = ""
        """The address that ended last."""

    @property
    def inside(self) -> bool:
        """Whether what comes next is part of an address."""
        return self._follower is not None and self._follower.inside

    @property
    def address(self) -> str:
        """The address so far, nothing outside of one."""
        return self._follower.address if self._follower else ""

    def feed(self, text: str, start: int = 0) -> int | None:
        """Follow ``text`` from ``start`` up to where an address ends, else to its end.

        Return where that address ended: call again from there. ``None`` when the whole text was followed.
        """
        while start < len(text):
            if self._follower is None:
                start = self._begin(text, start)
                continue
            address = self._follower.address
            ended = self._follower.take(text[start])
            if self._follower.closed:
                self._follower, self._recent = None, address[-1:]
            if ended:
                self.ended = address
                return start
            start += 1
        return None

    def _begin(self, text: str, start: int) -> int:
        """Look for the beginning of an address and return where reading goes on."""
        shift = 0 if start else len(self._recent)
        seen = self._recent + text if shift else text
        since = max(start - 1, 0)
        match = _START.search(seen, since)
        if match is None:
            self._recent = seen[max(since, len(seen) - RECENT) :]
            return len(text)
        if match["target"]:
            self._follower = _Target()
        elif match["tag"]:
            self._follower = _Tag()
        else:
            front = _FRONT.search(seen, max(since, match.start() - RECENT), match.start())
            scheme, opener = (front["scheme"], front["opener"]) if front else ("", "")
            self._follower = _Bare(scheme + match[0], opener)
        return match.end() - shift


def known_form(address: str) -> str:
    """Return the part of ``address`` that two mentions of it share: no title, no punctuation behind it."""
    words = address.split(maxsplit=1)
    return words[0].rstrip(_BEHIND) if words else ""


def known_addresses(texts: Iterable[str]) -> Iterator[str]:
    """Yield the known form of every address in the masked ``texts`` that holds a candidate for a token."""
    for text in texts:
        reader = AddressReader()
        start: int | None = 0
        while start is not None:
            start = reader.feed(text, start)
            form = known_form(reader.address if start is None else reader.ended)
            if form and find(form):
                yield form
