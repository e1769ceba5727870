"""People who are named in full once, found again wherever they are named in part. Sans-IO.

A model judges each place by its neighbours, so the surname alone in a list or a log may escape it. Once "Anna Kowalska"
is known, "Kowalska", "KOWALSKA" and "anna kowalska" in the same request are she.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from maskwire.detect.fragment import Fragment
from maskwire.detect.names_filter import WORDS
from maskwire.spans import Span, select
from maskwire.words import Words

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

_ORDINARY = """
abbot amber angel april archer art august autumn baker baron basil bay bean bell best bill bird bishop black blanca
blue bob bold bond book bow box brand brandy bridge bright brook brown buck bud bush butler candy carol carpenter
carter case cash chance charity chase chelsea cherry chip christian church clay cliff close clover cook cooper coral
cotton crane cricket cross daisy dale dawn day dean destiny diamond dolly dove down drew duke dust dusty eagle earl
early ebony eve faith farmer fast fern field finch fish fisher flower ford forest fox frank free freeman garden
garnet gene genesis ginger glen gold good grace grant gray green ground guy hall hand harmony hawk hazel head heath
heather hill honey honor hope house huck hunt hunter indigo iris ivy jack jade jasmine jay jet joy june juniper
justice key king knight lake lance land lane lark laurel law lily little long lord love luz magnolia major man maple
marigold mark marsh martin mason master may melody melon mercy miles miller mills misty moon moore moss mountain
nectar nelson new noble noel north ocean old olive opal page paige paloma paris park parker patience paz pearl penny
pepper petal pierce pike pilar pinto pope poppy porter potter power prairie price primrose prince prune queen rain
raven ray read reed reef rice rich rivers rob robin rock rook rosa rose rosemary ruby rush rusty sable saffron sage
sandy savage scarlet serenity sharp shepherd short sienna silver skinner skip sky small smart smith snow sorrel
south sparrow spring star sterling stone storm street strong summer sunny sunshine swan sweet tawny taylor teal
temple terry thorn thorne topaz town trace trinity tulip turner velvet verity victor viola violet walker wall ward
waters watts way weaver web west white wild will willow winter wise wolf wood woods worth wren young alpha angle
band bath beta blank block boom born branch brands case clear colon company cruise dash deep delta dot echo edit
figure floor foot forget guard hook judge junk kick kind kiss kitty lack line link list lock loop loss low lucky
manual marker marks mass mate max mile min mine more nail odd part pass peer piano pin ping pole pool pop post
powers prior reader real ring roots rule sample season seller shine soon stack stage stamp stark stock story strange
such ties tiny weight wit buddy tailor porter liberty sunday page packer
"""

PARTICLES = frozenset(_PARTICLES.split())
"""Small words within names."""

COMMON = frozenset(_ORDINARY.split())
"""Ordinary words that are given names or surnames too."""

AMBIGUOUS = PARTICLES | COMMON | WORDS
"""Words that are names as well: alone they may mean what they say."""


def with_echoes(fragments: Sequence[Fragment], found: Sequence[Sequence[Span]]) -> list[list[Span]]:
    """Return ``found`` with the people that are named in full anywhere found in all fragments.

    The spans of each fragment are sorted by start, none overlapping.
    """
    names = _full_names(fragments, found) if any(found) else []
    if not names:
        return [list(spans) for spans in found]
    people = Words(_meanings(names))
    return [_joined(people, fragment.text, spans) for fragment, spans in zip(fragments, found, strict=True)]


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


@dataclass(slots=True)
class _Meaning:
    """A word of ``length`` that begins a name or is a part of one.

    ``rests`` are the small words that follow it where a name is written in full. ``parts`` are the spellings in
    which it stands for a person by itself.
    """

    length: int
    rests: set[tuple[str, ...]] = field(default_factory=set)
    parts: set[str] = field(default_factory=set)


def _meanings(names: Iterable[str]) -> dict[str, _Meaning]:
    """Return, in small letters, the words by which names and their parts are found.

    A part counts as it is written, at the beginning of a sentence, or in capitals.
    """
    meanings: dict[str, _Meaning] = {}

    def of(word: str) -> _Meaning:
        return meanings.setdefault(_small(word), _Meaning(len(word)))

    for name in names:
        words = _words(name)
        first, rest = (name, ()) if "," in name else (words[0], tuple(map(_small, words[1:])))
        of(first).rests.add(rest)
        for word in filter(_means_a_person, words):
            of(word).parts |= {form for form in (word.capitalize(), word.upper(), word) if not form.islower()}
    return meanings


def _small(text: str) -> str:
    """Return ``text`` in small letters, character by character, so that offsets stay."""
    small = text.lower()
    return small if len(small) == len(text) else "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


def _joined(people: Words[_Meaning], text: str, spans: Sequence[Span]) -> list[Span]:
    places = sorted(set(_places(people, text)), key=lambda place: (place[0], -place[1]))
    echoes: list[Span] = []
    done = 0
    for start, end in places:
        if start >= done:
            done = end
            if not any(s.start < end and start < s.end for s in spans):
                echoes.append(Span(start, end, "PERSON", SCORE, RULE))
    return select([*spans, *echoes]) if echoes else list(spans)


def _places(people: Words[_Meaning], text: str) -> Iterator[tuple[int, int]]:
    """Yield where a known person stands in ``text``, in full or in part."""
    small = _small(text)
    for start, meaning in people.found(small):
        end = start + meaning.length
        ends = [stop for rest in meaning.rests if (stop := _followed(small, end, rest))]
        if text[start:end] in meaning.parts:
            ends.append(end)
        yield from ((start, stop) for stop in ends if _stands_alone(text, start, stop))


def _followed(text: str, at: int, words: Sequence[str]) -> int:
    """Return where ``words`` end that stand behind ``at``, each after spaces or tabs; 0 when they do not."""
    for word in words:
        begin = at
        while text[begin : begin + 1] in (" ", "\t"):
            begin += 1
        if begin == at or not text.startswith(word, begin):
            return 0
        at = begin + len(word)
    return at


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
