"""Lone words that are names and something else besides: when they mean a person. Sans-IO.

"Rose" blooms, "Jordan" is a country, "Cassandra" a database, "Kirchhoff" a law. A model is nearly as sure of them as of
"Mr Rose", so these words need a reason: what stands around them, or another person beside them.
"""

import re
from collections.abc import Sequence

from maskwire.detect.names_echo import COMMON, PARTICLES
from maskwire.detect.names_known import NEVER, PLACES, THINGS, TRADES
from maskwire.spans import Span

SURE = 0.83
"""The score from which an ordinary word is taken for a name without a reason."""

LIKELY = 0.6
"""The score from which a word of some language, written as a name and in no row of such words, is taken for one."""

WINDOW = 32
"""Characters before and after a word that may give a reason."""

_PERSON_BEFORE = re.compile(
    r"(?i)(?:\b(?:mr|mrs|ms|miss|mx|dr|prof|sir|lady|lord|herrn?|frau|madame|mme|mlle|monsieur|m|sra?|srta|señora?|don|doña|"
    r"sig|sig\.ra|signora?|dott|pan|pani|panie|mevrouw|meneer|captain|president|senator|judge|officer|uncle|aunt|"
    r"nurse|coach|professor|doctor|sister|brother|father|mother|colleague|boss|friend|wife|husband|son|daughter|"
    r"neighbou?r|manager|roommate|tenant|patient|client|boyfriend|girlfriend|kolleg(?:e|in)|chef(?:in)?)\.? "
    r"|\b(?:ask|asked|tell|told|remind|meet|met|ping|thanked|cc|invite|invited|marry|married|"
    r"said|replied|i'm|i am|this is|named|called|call me|name is|signed by|signed,?|it's me,?)[ ]"
    r"|\b(?:forward|send|sent|write|wrote|reply|speak|spoke|talk|talked|listen|email|give|gave|show|say|said|belong)\w*"
    r"(?: \w+)? to "
    r"|(?:^|[\s\"'“>:,.!?(])(?:hi|hey|hello|dear|hallo|liebe[rs]?|beste|hoi|bonjour|salut|chère?|hola|ciao|car[oa]|olá|oi|"
    r"cześć|thanks|thank you|thx|cheers|regards|wishes|love|yours|grüße|gruß|saludos|cordialement|danke|merci|gracias|"
    r"grazie|obrigad[oa]|tack|bye),?(?: again,?)?\s{1,2}"
    r"|(?:name|author|owner|assignee|contact|patient|sender|manager|employee|customer|client|from|to|cc|by|attendees?|"
    r"attn)[\"'`*]{0,3} ?[:=|] ?[\"'`]?)$"
)
"""What stands before somebody's name: a title, a greeting, somebody's mother, a word of speech, a label."""

_WORD_BEFORE = re.compile(r"(?i)\b(?:to|from|by|with|for|and|is|was|me|did|between|of|both|because|since) $")
"""What may stand before a name as well as before an ordinary word that is written with a capital by chance."""

_PERSON_AFTER = re.compile(
    r"(?i)(?:['’]s (?:wife|husband|mother|father|son|daughter|boss|email|e-mail|phone|number|account|address|birthday|"
    r"office|desk|team|car|house)\b| (?:said|says|wrote|writes|asked|asks|told|tells|thinks|thought|replied|mentioned|"
    r"agreed|joined|joins|lives|called|calls|wants|wanted|knows|likes|loves|hates|left|signed|emailed|and I|from "
    r"(?:HR|IT|sales|accounting|legal|finance|support|marketing))\b)"
)
"""What only people do or have."""

_INSTITUTIONS = """
Airport University College Academy Foundation Institute Museum Stadium Arena Theatre Theater Prize Award Medal Trophy
Fellowship Scholarship Memorial Monument Day Strait Peninsula Glacier Kart T1 T2 T3 T4 T5
"""

_HOUSES = """
Bank School Hospital Clinic Library Gallery Lecture Bridge Tunnel Sea Falls Bay Lake River Insurance Holdings Records
Pictures Motors Airlines Brewery Pharmaceuticals Laboratories Cosmetics Sachs
"""

_INSTITUTION = re.compile(
    rf"(?:['’]s)? (?:(?:International|National|Regional|Municipal|State|Medical|Business) )?"
    rf"(?:{'|'.join(_INSTITUTIONS.split())})\b"
)
"""What is called after people: all of it is no person."""

_HOUSE = re.compile(rf"(?:['’]s)? (?:{'|'.join(_HOUSES.split())})\b")
"""What is called after a surname, or may follow somebody's whole name as a word of its own."""

_OWN_WORDS = frozenset((*_INSTITUTIONS.split(), *_HOUSES.split())) - {"Day", "Lake", "Sachs", "Bridge", "Falls", "Bank"}
"""Institutions, but for those that are surnames too."""

_WORK_BEFORE = re.compile(
    r"""(?i)\b(?:watch(?:ed|ing)?|seen?|saw|read(?:ing)?|movies?|films?|songs?|novels?|books?|albums?|episodes?|series|"""
    r"""shows?|plays?|musicals?|games?|poems?|titled|entitled|listen(?:ed|ing)? to|['"”»] (?:or|and))['’]?s? ?["“«„]$"""
)
"""What stands before the title of a work in quotation marks."""

_ARTICLES = frozenset(
    (
        "le",
        "la",
        "les",
        "el",
        "los",
        "las",
        "del",
        "de",
        "der",
        "die",
        "das",
        "den",
        "the",
        "a",
        "an",
        "il",
        "lo",
        "gli",
        "o",
        "os",
    )
)

_CLOSING = ('"', "”", "»", "“")

_JOINED = re.compile(r"^(?:,| and| &|, and| or| und| et| y| e| en| i| и| та)? $", re.IGNORECASE)
"""What stands between the names of a list."""

_SPEAKER = re.compile(r"(?:^|\n)[^\n]{0,12}$")


def meant(text: str, people: Sequence[Span]) -> list[Span]:
    """Return those of ``people`` (sorted) that mean somebody: a lone word with another meaning needs a reason."""
    doubtful = [_meaning(text[span.start : span.end]) for span in people]
    kept = []
    for at, (span, kind) in enumerate(zip(people, doubtful, strict=True)):
        if kind is NEVER or _called_after(text, span):
            continue
        beside = [
            other
            for other in (at - 1, at + 1)
            if 0 <= other < len(people) and _JOINED.match(_between(text, people[other], span))
        ]
        known = kind is None or any(doubtful[other] is None for other in beside)
        likely = not beside and (
            (kind is COMMON and _likely(text, span))
            or (kind is TRADES and span.score >= LIKELY and text[span.start : span.end].split()[-1][0].isupper())
        )
        if known or likely or _reason(text, span):
            kept.append(span)
    return kept


def _meaning(word: str) -> frozenset[str] | None:
    """Return the words among which ``word`` has another meaning, or None when it is a name and nothing else."""
    parts = word.lower().replace("–", "-").split("-")
    first, _, rest = word.partition(" ")
    if rest.islower() and first[:1].isupper() and first.lower() not in PARTICLES:
        parts = [first.lower()]  # "Rusty nails": only the first is written as a name
    small = word.lower().split()
    if " ".join(small) in NEVER:
        return NEVER
    if len(small) > 1 and small[0] in _ARTICLES and small[-1] in TRADES and word.split()[-1].islower():
        return TRADES
    if word.lower() in THINGS:
        return THINGS
    return next((words for words in (PLACES, THINGS, COMMON, TRADES) if all(part in words for part in parts)), None)


def _called_after(text: str, span: Span) -> bool:
    """Tell whether what bears the name is a brand, an institution or a work, by the words around it."""
    name = text[span.start : span.end]
    before, after = text[max(0, span.start - WINDOW) : span.start], text[span.end : span.end + WINDOW]
    title = before.rpartition("\n")[2].split()[-1:]
    if " ".join((*title, name)).lower() in NEVER or name.rpartition(" ")[2] in _OWN_WORDS:
        return True
    if _INSTITUTION.match(after) or (" " not in name and _HOUSE.match(after)):
        return True
    return _WORK_BEFORE.search(before) is not None and after[:1] in _CLOSING


def _between(text: str, one: Span, other: Span) -> str:
    first, second = sorted((one, other))
    return text[first.end : second.start]


def _reason(text: str, span: Span) -> bool:
    before = text[max(0, span.start - WINDOW) : span.start]
    after = text[span.end : span.end + WINDOW]
    if _PERSON_BEFORE.search(before) or _PERSON_AFTER.match(after):
        return True
    if before.endswith(", ") and after[:1] in ("!", "?"):
        return True  # somebody is spoken to
    return after.startswith(": ") and _SPEAKER.search(before) is not None


def _likely(text: str, span: Span) -> bool:
    """Tell whether an ordinary word is a name by the model's word and its place."""
    if text[span.start].islower():
        return False
    return span.score >= SURE or _WORD_BEFORE.search(text[max(0, span.start - WINDOW) : span.start]) is not None
