"""One rule, as its pack describes it, and the loader of packs.

Source: https://toml.io/en/v1.0.0
"""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from importlib.resources.abc import Traversable
from pathlib import Path

from maskwire.detect.checks import check_named
from maskwire.detect.edges import EDGES
from maskwire.detect.patterns import Pattern, PatternError
from maskwire.errors import ConfigError

DEFAULT_DISTANCE = 40
"""Characters before a value in which a context word counts: a label, a colon and a few words."""

MAX_PATTERN = 4000
"""Characters a pattern may have: more is a mistake, and would only cost memory."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What one kind of value looks like, and when a look-alike counts.

    ``pattern`` is RE2; its group ``v`` (else its first) is the value. ``checks`` names entries of ``detect.checks``
    that must all accept the value. ``context`` holds words of which one must stand within ``distance`` bytes before
    the value (or after it, with ``after``) where ``requires_context``, and raises the score otherwise. The rule
    runs on a line only when ``trigger`` (RE2), else one of ``keywords``, else a context word, else the pattern
    itself occurs there. ``broken`` says that a value may be recognised across a line break, ``lines`` how many
    lines a match may span, ``edges`` names what may touch the value (``detect.edges``), ``trim`` takes blanks and
    punctuation off its end, ``unless`` holds words before it that say it is something else. ``match`` and
    ``reject`` are examples; in ``match`` the value stands between guillemets.
    """

    id: str
    entity: str
    pattern: str
    checks: tuple[str, ...] = ()
    context: tuple[str, ...] = ()
    distance: int = DEFAULT_DISTANCE
    after: int = 0
    requires_context: bool = False
    score: float = 0.8
    trigger: str = ""
    keywords: tuple[str, ...] = ()
    broken: bool = False
    edges: str = ""
    trim: bool = False
    lines: int = 1
    unless: tuple[str, ...] = ()
    match: tuple[str, ...] = ()
    reject: tuple[str, ...] = ()
    source: str = ""


_KEYS = frozenset(field.name for field in fields(Rule))


def load_pack(file: Path | Traversable, *, tried: bool = False) -> list[Rule]:
    """Return the rules of one TOML pack, in order.

    A pack that is ``tried``, as shipped ones are by their tests, is not tried again: compiling each pattern takes half
    of the time.

    Raises:
        ConfigError: the file is no TOML, or one of its rules is wrong; names file, line, rule and reason.
    """
    where = Path(str(file))
    text = file.read_text(encoding="utf-8")
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as e:
        raise ConfigError(str(e), file=where) from e
    lists = {name: tuple(words) for name, words in document.get("contexts", {}).items()}
    lines = list(_rule_lines(text))
    rules: list[Rule] = []
    for index, raw in enumerate(document.get("rule", [])):
        line = lines[index] if index < len(lines) else None
        key = str(raw.get("id", f"rule {index + 1}"))
        try:
            rule = _rule(raw, lists)
            if not tried:
                _try(rule)
            rules.append(rule)
        except (ValueError, TypeError, KeyError) as e:
            raise ConfigError(_words(e), file=where, line=line, key=key) from e
    return rules


def _words(error: Exception) -> str:
    return f"unknown key {error}" if isinstance(error, KeyError) else str(error)


def _rule_lines(text: str) -> Iterator[int]:
    """Yield the line number of each ``[[rule]]`` header."""
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip() == "[[rule]]":
            yield number


def _strings(raw: Mapping[str, object], key: str) -> tuple[str, ...]:
    value = raw.get(key, [])
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise TypeError(f"{key} must be a list of strings")
    return tuple(value)


def _number(raw: Mapping[str, object], key: str, default: float) -> float:
    value = raw.get(key, default)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(f"{key} must be a number")
    return value


def _string(raw: Mapping[str, object], key: str, default: str = "") -> str:
    value = raw.get(key, default)
    if not isinstance(value, str):
        raise TypeError(f"{key} must be a string")
    return value


def _listed(raw: Mapping[str, object], key: str, lists: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """Return the words of ``key``; one that starts with ``@`` stands for a list of the pack's ``[contexts]``."""
    words: list[str] = []
    for word in _strings(raw, key):
        if not word.startswith("@"):
            words.append(word)
        elif word[1:] in lists:
            words.extend(lists[word[1:]])
        else:
            raise ValueError(f"{key} names no list of [contexts]: {word!r}")
    return tuple(words)


def _rule(raw: Mapping[str, object], lists: Mapping[str, Sequence[str]]) -> Rule:
    """Return the rule that a TOML table describes."""
    if unknown := set(raw) - _KEYS:
        raise ValueError(f"unknown key {min(unknown)!r}")
    return Rule(
        id=_string(raw, "id"),
        entity=_string(raw, "entity"),
        pattern=_string(raw, "pattern"),
        checks=_strings(raw, "checks"),
        context=_listed(raw, "context", lists),
        distance=int(_number(raw, "distance", DEFAULT_DISTANCE)),
        after=int(_number(raw, "after", 0)),
        requires_context=raw.get("requires_context", False) is True,
        edges=_string(raw, "edges"),
        trim=raw.get("trim", False) is True,
        lines=int(_number(raw, "lines", 1)),
        unless=_listed(raw, "unless", lists),
        score=_number(raw, "score", 0.8),
        trigger=_string(raw, "trigger"),
        keywords=_strings(raw, "keywords"),
        broken=raw.get("broken", False) is True,
        match=_strings(raw, "match"),
        reject=_strings(raw, "reject"),
        source=_string(raw, "source"),
    )


def _try(rule: Rule) -> None:
    """Raise ``ValueError`` with the reason if the rule cannot work."""
    if not rule.id or not rule.entity or not rule.pattern:
        raise ValueError("id, entity and pattern are required")
    if not 0 < rule.score <= 1:
        raise ValueError("score must be more than 0 and at most 1")
    if rule.requires_context and not rule.context:
        raise ValueError("requires_context needs context words")
    if len(rule.pattern) > MAX_PATTERN:
        raise ValueError(f"the pattern is longer than {MAX_PATTERN} characters")
    for name in rule.checks:
        check_named(name)
    if rule.edges not in EDGES:
        raise ValueError(f"unknown edges {rule.edges!r}")
    for text in (rule.pattern, rule.trigger):
        if text and (problem := _problem(text)):
            raise ValueError(problem)


def _problem(pattern: str) -> str:
    try:
        empty = Pattern(pattern).fits(b"")
    except PatternError as e:
        return f"the pattern cannot be used: {e}"
    return "the pattern matches the empty text" if empty else ""
