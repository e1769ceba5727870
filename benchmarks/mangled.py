"""How many tokens come back when a model writes them in its own way, and whether ordinary text ever does.

Each way of writing is applied to tokens of every entity, whole and streamed: cut in two at each place, and letter by
letter. A token is restored when its value stands in the text exactly as often as it was said, and no candidate is
left. False restores are counted in at least 10 MB of code and prose from what is installed here.
Run: ``uv run python -m benchmarks.mangled [VALUES]``; status 1 when less than 95 % come back or ordinary text does.
"""

import html
import random
import re
import sys
import sysconfig
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from tests.fakes.vault import FakeVault
from tests.strategies.tokens import ENTITIES, value_of

from benchmarks.conversation import text as conversation
from maskwire.stream.restorer import Restoration, Tally, TextRestorer, restore_text
from maskwire.tokens import find, spell
from maskwire.tokens.opaque import ALPHABET
from maskwire.vault import surrogate

PROMISED = 0.95
CORPUS_BYTES = 10_000_000
KNOWN = 1000
"""Values of each entity in the vault while ordinary text is restored."""

KINDS = (*((entity, entity, "") for entity in ENTITIES), ("PERSON as a name", "PERSON", surrogate("")))
"""What is tried: how it is called, its entity, and the scope in which it gets its tokens."""

SIGNS = re.compile(r"[^A-Za-z0-9]")
Mangle = Callable[[str], str]


def signs(write: Callable[[str], str]) -> Mangle:
    """Return what writes every character that is no letter or digit in another way."""
    return lambda token: SIGNS.sub(lambda found: write(found[0]), token)


def joined(sign: str) -> Mangle:
    """Return what puts ``sign`` for every joint between letters or digits."""
    return lambda token: token[:1] + re.sub(r"(?<=[A-Za-z0-9])[_ .-](?=[A-Za-z0-9])", sign, token[1:])


def named(write: Callable[[str, str], str]) -> Mangle:
    """Return what writes given name and surname in another way; other tokens stay as they are."""

    def rewritten(token: str) -> str:
        words = token.split()
        return write(*words) if len(words) == 2 and "".join(words).isalpha() else token

    return rewritten


def digits(sign: str, size: int) -> Mangle:
    """Return what groups a number by ``size`` with ``sign``; other tokens stay as they are."""

    def regroup(token: str) -> str:
        if re.search(r"[A-Za-z:@]", token) or token.count(".") == 3:
            return token
        plain = re.sub(r"[^0-9]", "", token)
        return ("+" if token.startswith("+") else "") + sign.join(
            plain[i : i + size] for i in range(0, len(plain), size)
        )

    return regroup


WAYS: Mapping[str, Mapping[str, Mangle]] = {
    "case": {
        "small": str.lower,
        "capitals": str.upper,
        "title": str.title,
        "code in small letters": lambda token: token[:-8] + token[-8:].lower(),
    },
    "escapes": {
        "every sign": signs(r"\{}".format),
        "doubled": signs(r"\\{}".format),
        "underscore alone": lambda token: token.replace("_", r"\_"),
    },
    "backticks, bold, quotes": {
        "code": "`{}`".format,
        "bold": "**{}**".format,
        "italics": "*{}*".format,
        "both": "***{}***".format,
        "underscored": "__{}__".format,
        "struck": "~~{}~~".format,
        "bracketed": "<{}>".format,
        "double": '"{}"'.format,
        "single": "'{}'".format,
        "curly": "“{}”".format,
        "angled": "«{}»".format,
    },
    "possessive": {"plain": "{}'s".format, "curly": "{}’s".format, "bare": "{}'".format, "glued": "{}s".format},
    "separators": {
        "hyphen": joined("-"),
        "space": joined(" "),
        "underscore": joined("_"),
        "none": joined(""),
        "no-break space": joined("\u00a0"),
        "no-break hyphen": joined("\u2011"),
        "dot": joined("."),
    },
    "numbers": {
        "bare": digits("", 1),
        "by threes": digits(" ", 3),
        "by fours": digits(" ", 4),
        "hyphens": digits("-", 3),
        "dots": digits(".", 4),
    },
    "names": {
        "surname alone": named(lambda _, surname: surname),
        "surname first": named("{1}, {0}".format),
        "turned, in capitals": named(lambda given, surname: f"{surname}, {given}".upper()),
        "line break": named("{}\n{}".format),
        "in a quotation": named("{}\r\n> {}".format),
        "each word in bold": named("**{}** **{}**".format),
        "each word tagged": named("<b>{}</b> <b>{}</b>".format),
        "snake case": named(lambda given, surname: f"{given}_{surname}".lower()),
        "form's plus": named("{}+{}".format),
    },
    "zero-width": {
        "before each sign": signs("\u200b{}".format),
        "after each sign": signs("{}\u2060".format),
        "every fourth": lambda token: "\u200b".join(token[i : i + 4] for i in range(0, len(token), 4)),
        "soft hyphen": lambda token: f"{token[:5]}\u00ad{token[5:]}",
        "mark in front": "\ufeff{}".format,
    },
    "HTML": {
        "decimal": signs(lambda sign: f"&#{ord(sign)};"),
        "hexadecimal": signs(lambda sign: f"&#x{ord(sign):x};"),
        "named": signs(lambda sign: NAMED.get(sign, sign)),
        "escaped": html.escape,
    },
    "percent": {
        "capitals": signs(lambda sign: f"%{ord(sign):02X}"),
        "small": signs(lambda sign: f"%{ord(sign):02x}"),
    },
    "JSON \\u": {
        "signs": signs(lambda sign: f"\\u{ord(sign):04x}"),
        "first letter": lambda token: f"\\u{ord(token[0]):04x}{token[1:]}",
        "all": lambda token: "".join(f"\\u{ord(letter):04x}" for letter in token),
    },
    "look-alikes": {
        "O for 0": lambda token: (
            token[:-8] + token[-8:].replace("0", "O")
            if SIGNS.sub("", token).isalnum() and token[-8:].strip(ALPHABET) == "" and not token[-8:].isdigit()
            else token
        ),
        "full width": lambda token: "".join(chr(ord(c) + 0xFEE0) if c.isalnum() else c for c in token),
    },
}
"""What models do, by kind; every way is applied to tokens of every shape, sensible or not."""

NAMED: Mapping[str, str] = {
    "_": "&lowbar;",
    "@": "&commat;",
    ".": "&period;",
    "-": "&hyphen;",
    "+": "&plus;",
    ":": "&colon;",
    "(": "&lpar;",
    ")": "&rpar;",
}


class Score:
    """How many of the tokens of one way came back."""

    def __init__(self) -> None:
        self.tried: Counter[str] = Counter()
        self.back: Counter[str] = Counter()
        self.lost: Counter[str] = Counter()

    def part(self, how: str) -> float:
        """Return which part came back, ``plain`` or ``streamed``."""
        return self.back[how] / self.tried[how]


def said(vault: FakeVault, pieces: list[str], value: str) -> bool:
    """Tell whether a text of ``pieces`` gives ``value`` once and leaves no token."""
    tally = Tally()
    restorer = TextRestorer(Restoration(vault.resolve, tally, ours=vault.minter.may_be_ours, surrogates=True))
    text = "".join([*map(restorer.feed, pieces), restorer.flush()])
    rest = text.replace(value, "", 1)
    return tally.restored == 1 and text != rest and not find(rest, lambda token: token in vault.values)


def measure(mangle: Mangle, vault: FakeVault, count: int) -> Score:
    """Try one way on ``count`` values of every entity."""
    score = Score()
    for name, entity, scope in KINDS:
        for index in range(count):
            value = value_of(entity, index)
            text = f"Ask {mangle(spell(vault.token(entity, value, scope), value))}, please."
            cuts = [[text[:at], text[at:]] for at in range(1, len(text))] + [list(text)]
            score.tried["plain"] += 1
            score.back["plain"] += (whole := said(vault, [text], value))
            score.tried["streamed"] += len(cuts)
            score.back["streamed"] += sum(said(vault, cut, value) for cut in cuts)
            score.lost[name] += not whole
    return score


def corpus() -> Iterator[str]:
    """Yield code and prose: the standard library, what is installed, its documents, and made conversations."""
    paths = sysconfig.get_paths()
    library, packages = Path(paths["stdlib"]), Path(paths["purelib"])
    for root, patterns, size in (
        (library, ("*.py", "*/*.py"), 4_000_000),
        (packages, ("*/*.py", "*/*/*.py"), 3_000_000),
        (packages, ("*.dist-info/METADATA", "*.dist-info/licenses/*", "*/*.md", "*/*.txt", "*/*.rst"), 2_000_000),
    ):
        left = size
        for path in sorted(found for pattern in patterns for found in root.glob(pattern) if found.is_file()):
            text = path.read_text("utf-8", "replace")[:left]
            left -= len(text)
            yield text
            if left <= 0:
                break
    made = random.Random(11)
    for _ in range(150):
        yield conversation(made, 20_000)


def ordinary() -> tuple[int, int, int, int]:
    """Return bytes, candidates, those that read like ours, and values put into ordinary text."""
    vault = FakeVault()
    for _, entity, scope in KINDS:
        for index in range(KNOWN):
            vault.token(entity, value_of(entity, index), scope)
    size = candidates = ours = restored = 0
    for text in corpus():
        tally = Tally()
        restore_text(text, Restoration(vault.resolve, tally, ours=vault.minter.may_be_ours, surrogates=True))
        found = find(text)
        size += len(text.encode("utf-8", "replace"))
        candidates += len(found)
        ours += sum(vault.minter.may_be_ours(match.token) for match in found)
        restored += tally.restored
    return size, candidates, ours, restored


def main() -> int:
    """Measure and print; return the status."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    vault = FakeVault()
    total = Score()
    print(f"{count} values of each of {len(KINDS)} kinds\n\n{'way':<46}    plain  streamed  lost in")
    for kind, ways in WAYS.items():
        for name, mangle in ways.items():
            score = measure(mangle, vault, count)
            lost = ", ".join(entity for entity, times in score.lost.items() if times)
            print(
                f"{kind + ': ' + name:<46} {score.part('plain'):8.1%} {score.part('streamed'):9.1%}  {lost}", flush=True
            )
            total.tried += score.tried
            total.back += score.back
    print(f"{'all':<46} {total.part('plain'):8.1%} {total.part('streamed'):9.1%}")
    size, candidates, ours, restored = ordinary()
    print(
        f"\n{size / 1e6:.1f} MB of code and prose, {KNOWN} values of each kind in the vault: {candidates} candidates,"
    )
    print(f"{ours} that read like ours, {restored} restored")
    return int(min(total.part("plain"), total.part("streamed")) < PROMISED or size < CORPUS_BYTES or restored > 0)


if __name__ == "__main__":
    sys.exit(main())
