"""Recognizers written for Presidio, as rules of ours: what RE2 cannot take is told with its reason. Sans-IO.

Only recognizers of patterns and word lists are data; a predefined one is a class of Presidio's and has no pattern here.
Source: https://microsoft.github.io/presidio/tutorial/08_no_code/
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from maskwire.detect.rule import MAX_PATTERN
from maskwire.entities import KINDS
from maskwire_daemon.config.settings import CUSTOM, OwnPattern
from maskwire_daemon.detection.own import exactly, pattern_problem

MAX_YAML = 200_000
"""Characters of one file: a hundred times what people write."""

MAX_RECOGNIZERS = 200
"""Recognizers of one file."""

_PRESIDIO_FLAGS = 26
"""What Presidio compiles with unless told otherwise: either case, ``^`` and ``$`` at lines, ``.`` for line ends too."""

_FLAGS = {2: "i", 8: "m", 16: "s"}
"""The flags of Python's ``re`` that RE2 has too, by their number."""

_DENY_SCORE = 1.0
_FAINT = 0.05
"""Rules need a score of more than nothing; Presidio knows patterns with none, that only context lifts."""


class NotUnderstood(Exception):
    """The text is no file of recognizers. The message says why and where, and shows nothing of it."""


@dataclass(frozen=True, slots=True)
class Taken:
    """One rule that was made. ``entity`` is ours; ``was`` is what the file calls it."""

    id: str
    entity: str
    was: str
    pattern: str
    score: float
    context: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Left:
    """What was not taken, by its name in the file, and why."""

    name: str
    why: str


@dataclass(frozen=True, slots=True)
class Imported:
    """What one file became."""

    taken: tuple[Taken, ...] = ()
    left: tuple[Left, ...] = field(default=())

    def pack(self) -> str:
        """Return the rules as a pack of TOML."""
        import tomlkit  # a megabyte with yaml, for a page that is seldom used

        document = tomlkit.document()
        document.add(tomlkit.comment("Imported from recognizers written for Presidio."))
        rules = tomlkit.aot()
        for rule in self.taken:
            table = tomlkit.table()
            table.update({"id": rule.id, "entity": rule.entity, "pattern": rule.pattern, "score": rule.score})
            if rule.context:
                table["context"] = list(rule.context)
            rules.append(table)
        document["rule"] = rules
        return tomlkit.dumps(document)


def translate(text: str, prefix: str) -> Imported:
    """Return the rules that ``text``, YAML of Presidio's form, makes; their ids start with ``prefix``.

    Raises:
        NotUnderstood: it is no such file.
    """
    taken: list[Taken] = []
    left: list[Left] = []
    for number, raw in enumerate(_recognizers(text), 1):
        name = _text(raw, "name") or f"recognizer {number}"
        if problem := _unfit(raw):
            left.append(Left(name, problem))
            continue
        place = f"{prefix}.{number}-{_slug(name)}"
        for rule in _rules(raw, place):
            own = OwnPattern(pattern=rule.pattern)
            if len(rule.pattern) > MAX_PATTERN:
                left.append(Left(f"{name}, {rule.id.rpartition('.')[2]}", f"is longer than {MAX_PATTERN} characters"))
            elif problem := pattern_problem(own):
                left.append(Left(f"{name}, {rule.id.rpartition('.')[2]}", problem))
            else:
                taken.append(rule)
    return Imported(tuple(taken), tuple(left))


def _recognizers(text: str) -> Sequence[Mapping[str, Any]]:
    import yaml  # type: ignore[import-untyped]

    if len(text) > MAX_YAML:
        raise NotUnderstood(f"This is longer than {MAX_YAML} characters.")
    try:
        document = yaml.safe_load(text)
    except yaml.MarkedYAMLError as e:
        mark = e.problem_mark
        raise NotUnderstood(
            f"This is not YAML: line {mark.line + 1} cannot be read." if mark else "This is not YAML."
        ) from None
    except (yaml.YAMLError, ValueError, RecursionError):
        raise NotUnderstood("This is not YAML.") from None
    found = document.get("recognizers") if isinstance(document, Mapping) else document
    if not isinstance(found, list) or not found or not all(isinstance(raw, Mapping | str) for raw in found):
        raise NotUnderstood("There must be a list called recognizers, as in Presidio's files.")
    if len(found) > MAX_RECOGNIZERS:
        raise NotUnderstood(f"There are more than {MAX_RECOGNIZERS} recognizers.")
    return [raw if isinstance(raw, Mapping) else {"name": raw, "type": "predefined"} for raw in found]


def _unfit(raw: Mapping[str, Any]) -> str:
    """Return why nothing can be made of a recognizer; empty when something can."""
    if raw.get("enabled") is False:
        return "is switched off in the file"
    if raw.get("type") == "predefined" or not (raw.get("patterns") or raw.get("deny_list")):
        return "is a class of Presidio's, not a pattern; name the file in detection.recognizers to run it"
    flags = raw.get("global_regex_flags", _PRESIDIO_FLAGS)
    if not isinstance(flags, int) or flags & 64:
        return "has flags that RE2 does not know"
    return ""


def _rules(raw: Mapping[str, Any], place: str) -> Iterator[Taken]:
    """Yield the rules that one recognizer asks for; patterns are not tried yet."""
    was = _text(raw, "supported_entity")
    entity = was if was in KINDS else CUSTOM
    flags = raw.get("global_regex_flags", _PRESIDIO_FLAGS)
    letters = "".join(letter for flag, letter in _FLAGS.items() if flags & flag)
    context = _context(raw)
    for number, pattern in enumerate(_tables(raw, "patterns"), 1):
        name = f"{place}.{number}-{_slug(_text(pattern, 'name'))}"
        head = f"(?{letters})" if letters else ""
        yield Taken(name, entity, was, f"{head}(?P<v>{_text(pattern, 'regex')})", _score(pattern, "score"), context)
    words = [exactly(word) for word in _strings(raw.get("deny_list")) if word.strip("* \t\n")]
    if words:
        either = "|".join(f"(?:{word})" for word in words)
        score = _score(raw, "deny_list_score", _DENY_SCORE)
        yield Taken(f"{place}.words", entity, was, f"(?i){_one_group(either)}", score, context)


def _one_group(either: str) -> str:
    """Return the pattern with groups that need no name: the first that took part is the value."""
    return either.replace("(?P<v>", "(")


def _context(raw: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the words that speak for a finding, those of single languages among them."""
    languages = raw.get("supported_languages")
    lists = [raw.get("context"), *(each.get("context") for each in _tables({"l": languages}, "l"))]
    return tuple(dict.fromkeys(word for words in lists for word in _strings(words) if word.strip("* \t\n")))


def _score(table: Mapping[str, Any], key: str, default: float = 0.5) -> float:
    found = table.get(key, default)
    number = float(found) if isinstance(found, int | float) and not isinstance(found, bool) else default
    return min(1.0, max(_FAINT, number))


def _text(table: Mapping[str, Any], key: str) -> str:
    found = table.get(key)
    return found if isinstance(found, str) else ""


def _strings(found: object) -> list[str]:
    return [each for each in found if isinstance(each, str)] if isinstance(found, list) else []


def _tables(table: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    found = table.get(key)
    return [each for each in found if isinstance(each, Mapping)] if isinstance(found, list) else []


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:40] or "pattern"
