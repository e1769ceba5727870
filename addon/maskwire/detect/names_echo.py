"""People who are named in full once, found again wherever they are named in part. Sans-IO.

A model judges each place by its neighbours, so the surname alone in a list or a log may escape it. Once "Anna Kowalska"
is known, "Kowalska", "KOWALSKA" and "anna kowalska" in the same request are she.
"""

import re
from collections.abc import Iterable, Sequence

from maskwire.detect.fragment import Fragment
from maskwire.detect.names_filter import WORDS
from maskwire.detect.patterns import Pattern, PatternError, decoded_length, encode
from maskwire.spans import Span, select

SURE = 0.7
"""The least score of a full name that is looked for elsewhere: an unsure one would spread its error."""

SCORE = 0.7
"""What a part of a known name is worth: less than what a pattern with a checksum finds."""

RULE = "names.echo"

MAX_NAMES = 300
"""Full names looked for in one request; in longer lists each stands by itself anyway."""

MAX_ACRONYM = 4
"""Letters of a part in capitals that may be an abbreviation."""

MIN_WORD = 3
"""Letters of a part that is looked for by itself."""

_PARTICLES = """
and bin dal das del della den der des dos ibn las los mac och san santa santo ter the und van vom von zum zur
"""

_COMMON = """
abbot angel april art august autumn baker basil bay bell best bill bishop black blue bond book bow box brand
bridge bright brook brown buck bush butler carol carpenter carter case cash chance charity chase christian
church clay cliff close cook cooper cross dale dawn day dean destiny down drew duke dust earl early eve faith
farmer fast field fish fisher flower ford forest fox frank free freeman garden gene ginger glen gold good grace
grant gray green ground guy hall hand harmony head heath hill hope house hunt hunter iris ivy jack jade jasmine
jay joy june justice key king knight lake lance land lane law lily little long lord love major man mark marsh
martin mason master may melody mercy miller mills moon moore moss nelson new noble north ocean old olive opal
page paige park parker patience pearl pepper pierce pike pope porter potter power price prince queen rain ray
read reed rice rich rivers rob robin rock rose rosemary ruby rush rusty sage sandy savage sharp shepherd short
silver skip skinner sky small smart smith snow south spring star stone storm street strong summer sunny swan
sweet taylor temple terry thorn town trace turner victor violet walker wall ward waters way weaver web west
white wild will winter wise wolf wood woods worth wren young
"""

AMBIGUOUS = frozenset(_PARTICLES.split()) | frozenset(_COMMON.split()) | WORDS
"""Words that are names as well: alone they may mean what they say."""

_META = re.compile(r"([\\.+*?()|\[\]{}^$])")


def with_echoes(fragments: Sequence[Fragment], found: Sequence[Sequence[Span]]) -> list[list[Span]]:
    """Return ``found`` with the people that are named in full anywhere found in all fragments.

    The spans of each fragment are sorted by start, none overlapping.
    """
    pattern = _pattern(_full_names(fragments, found))
    if pattern is None:
        return [list(spans) for spans in found]
    return [_joined(pattern, fragment.text, spans) for fragment, spans in zip(fragments, found, strict=True)]


def _full_names(fragments: Sequence[Fragment], found: Sequence[Sequence[Span]]) -> list[str]:
    """Return the names of more than one word that are surely people, each once."""
    names = {
        fragment.text[span.start : span.end]: None
        for fragment, spans in zip(fragments, found, strict=True)
        for span in spans
        if span.entity == "PERSON" and span.score >= SURE
    }
    people = [
        n for n in names if _unspaced(n) or (len(words := _words(n)) > 1 and not WORDS & {*map(str.lower, words)})
    ]
    return people[:MAX_NAMES]


def _means_a_person(word: str) -> bool:
    """Tell whether a part of a name is looked for by itself."""
    if len(word) < MIN_WORD or word.lower() in AMBIGUOUS:
        return False
    return not (word.isupper() and len(word) <= MAX_ACRONYM)


def _unspaced(name: str) -> bool:
    """Tell whether ``name`` is whole as one word, as Chinese and Japanese write it. Two characters are too few."""
    return len(name) >= MIN_WORD and all("\u3400" <= c <= "\u9fff" for c in name)


def _words(name: str) -> list[str]:
    return re.findall(r"[^\W\d_](?:[^\W\d_]|[’'-](?=[^\W\d_]))*", name)


def _escaped(word: str) -> str:
    """Return ``word`` as a pattern that matches itself."""
    return _META.sub(r"\\\1", word)


def _pattern(names: Iterable[str]) -> Pattern | None:
    """Return what matches the names, and their parts as they are written at the beginning or in capitals."""
    whole: set[str] = set()
    parts: set[str] = set()
    for name in names:
        words = _words(name)
        whole.add(r"[ \t]+".join(map(_escaped, words)) if "," not in name else _escaped(name))
        for word in words:
            if _means_a_person(word):
                parts |= {form for form in (word.capitalize(), word.upper(), word) if not form.islower()}
    if not whole:
        return None
    longest_first = sorted(map(_escaped, parts), key=len, reverse=True)
    try:
        return Pattern("|".join([f"(?i:{'|'.join(sorted(whole, key=len, reverse=True))})", *longest_first]))
    except PatternError:
        return None


def _joined(pattern: Pattern, text: str, spans: Sequence[Span]) -> list[Span]:
    data = encode(text)
    echoes: list[Span] = []
    at_byte = at = 0
    for first, last in pattern.spans(data):
        start = at + decoded_length(data[at_byte:first])
        end = start + decoded_length(data[first:last])
        at_byte, at = last, end
        if _stands_alone(text, start, end) and not any(s.start < end and start < s.end for s in spans):
            echoes.append(Span(start, end, "PERSON", SCORE, RULE))
    return select([*spans, *echoes]) if echoes else list(spans)


def _stands_alone(text: str, start: int, end: int) -> bool:
    """Tell whether what is found is a word of its own, not part of a longer one or of an address."""
    before, after = text[start - 1 : start] if start else "", text[end : end + 1]
    if _unspaced(text[start:end]):
        return True
    if before.isalnum() or after.isalnum():
        return False
    return (
        not (before and before in "_@/\\.-#$")
        and not (after and after in "_@/\\(=")
        and not (after == "." and text[end + 1 : end + 2].isalnum())
    )
