"""Words and patterns of the person's own, tried on a sample text, and recognizers written for Presidio.

Words are values: they are shown to those alone who may work with values. Samples are in the answer and nowhere else.
"""

from dataclasses import dataclass, replace
from pathlib import PurePath

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from maskwire.entities import KINDS
from maskwire.errors import ConfigError
from maskwire_daemon.api.access import Role, requires
from maskwire_daemon.config.edit import Value
from maskwire_daemon.config.settings import CUSTOM, Config, OwnPattern, Words
from maskwire_daemon.detection.own import pattern_problem
from maskwire_daemon.web import forms
from maskwire_daemon.web.forms import Form
from maskwire_daemon.web.rendering import page, redirect, render, sentence_of
from maskwire_daemon.web.rulebook import pack_name
from maskwire_daemon.web.rules_forms import beside
from maskwire_daemon.web.rules_presidio import Imported, NotUnderstood, translate
from maskwire_daemon.web.rules_trial import MAX_SAMPLE, Trial, tried
from maskwire_daemon.web.services import services_of

HERE = "/rules/own"

MAX_TERMS = 5000
"""Words of the person's own that the form takes; a longer list is better a pack of rules."""

_WORD_FIELDS = {"words.terms": "terms", "words.entity": "words_entity", "words.case": "words_case"}


@dataclass(frozen=True, slots=True)
class _Shown:
    """What the page shows beside its forms."""

    trial: Trial | None = None
    imported: Imported | None = None


@requires(Role.ADMIN)
async def show(request: Request) -> Response:
    """Show words, patterns and packs, which may be as private as values; ``?pattern=N`` puts one into the form."""
    config = await services_of(request).rulebook.own()
    form = _form(config)
    at = _number(request.query_params.get("pattern", ""))
    if at is not None and at < len(config.words.patterns):
        own = config.words.patterns[at]
        form = _with(form, at=str(at), pattern=own.pattern, entity=own.entity, name=own.name)
        form = _with(form, case="on" if own.case else "")
    return await _page(request, form, _Shown())


@requires(Role.ADMIN)
async def save_words(request: Request) -> Response:
    """Write the list of words."""
    rulebook = services_of(request).rulebook
    form = await forms.read(request)
    words, form = _words(form)
    form = _filled(form, await rulebook.own(), keep=("terms", "words_entity", "words_case"))
    if words is None or form.errors:
        return await _page(request, form, _Shown())
    now = (await rulebook.own()).words
    changes: dict[tuple[str, ...], Value | None] = {}
    if words.terms != now.terms:
        changes["words", "terms"] = words.terms or None
    if words.entity != now.entity:
        changes["words", "entity"] = None if words.entity == CUSTOM else words.entity
    if words.case != now.case:
        changes["words", "case"] = words.case or None
    try:
        if changes:
            await rulebook.change(changes)
    except ConfigError as e:
        return await _page(request, beside(form, e, _WORD_FIELDS), _Shown())
    return redirect(
        request, HERE, f"Saved: {len(words.terms)} words of your own." if changes else "Nothing was changed."
    )


@requires(Role.OPERATOR)
async def trial(request: Request) -> Response:
    """Answer with a piece of the page: the sample with what a pattern, or the words, find in it."""
    form = await forms.read(request)
    form, found = _tried(form, services_of(request).rulebook.config)
    values = {"trial": found, "problem": form.error("pattern") or form.error("terms") or form.error("sample")}
    return HTMLResponse(render("rules_trial.html", values))


@requires(Role.OPERATOR)
async def try_pattern(request: Request) -> Response:
    """Show the page again with the sample tried; the way without script."""
    form = await forms.read(request)
    form, found = _tried(form, services_of(request).rulebook.config)
    return await _page(request, _filled(form, await services_of(request).rulebook.own()), _Shown(trial=found))


@requires(Role.ADMIN)
async def save_pattern(request: Request) -> Response:
    """Write a pattern: at its place when it was there, else as the last one."""
    rulebook = services_of(request).rulebook
    form = await forms.read(request)
    own, form = _pattern(form)
    if own is None:
        return await _page(request, _filled(form, await rulebook.own()), _Shown())
    entry: dict[str, str | bool] = {"pattern": own.pattern, "entity": own.entity}
    if own.name:
        entry["name"] = own.name
    if not own.case:
        entry["case"] = False
    try:
        await rulebook.put_pattern(_number(form.value("at")), entry)
    except ConfigError as e:
        problem = beside(_filled(form, await rulebook.own()), e, {"words.patterns": "pattern"})
        return await _page(request, problem, _Shown())
    return redirect(request, HERE, "The pattern is saved; it holds from the next request on.")


@requires(Role.ADMIN)
async def remove_pattern(request: Request) -> Response:
    """Take a pattern out, if it still stands where the page showed it."""
    rulebook = services_of(request).rulebook
    form = await forms.read(request)
    at, patterns = _number(form.value("at")), (await rulebook.own()).words.patterns
    if at is None or at >= len(patterns) or patterns[at].pattern != form.value("pattern"):
        return redirect(request, HERE, "Nothing was removed: the list has changed meanwhile.")
    await rulebook.put_pattern(at, None)
    return redirect(request, HERE, "The pattern is removed. History can take it back.")


@requires(Role.ADMIN)
async def import_rules(request: Request) -> Response:
    """Make a pack of a file of recognizers, and tell what was taken and what was not."""
    rulebook = services_of(request).rulebook
    form = await forms.read(request)
    file = form.files.get("recognizers")
    if file is not None and file.content:
        name = form.value("import_name") or PurePath(file.name).stem
        form = _with(form, yaml=file.content.decode("utf-8", "replace"), import_name=name)
    form = _filled(form, await rulebook.own(), keep=("yaml", "import_name"))
    if not form.value("yaml").strip():
        return await _page(request, form.wrong(yaml="Paste recognizers, or choose a file."), _Shown())
    name = form.value("import_name").strip() or "rules"
    try:
        imported = translate(form.value("yaml"), pack_name(name))
        if imported.taken:
            await rulebook.take_pack(name, imported)
    except NotUnderstood as e:
        return await _page(request, form.wrong(yaml=str(e)), _Shown())
    except ConfigError as e:
        return await _page(request, form.wrong(yaml=sentence_of(e)), _Shown())
    if not imported.taken:
        form = form.wrong(yaml="None of these recognizers can be a rule; the list below says why.")
    else:
        form = _with(form, yaml="", import_name="")
    return await _page(request, form, _Shown(imported=imported))


@requires(Role.ADMIN)
async def remove_pack(request: Request) -> Response:
    """Delete an imported pack."""
    form = await forms.read(request)
    await services_of(request).rulebook.remove_pack(form.value("pack"))
    return redirect(request, HERE, "The imported rules are removed.")


def _form(config: Config) -> Form:
    words = config.words
    return Form.of(
        terms="\n".join(words.terms),
        words_entity=words.entity,
        words_case="on" if words.case else "",
        entity=CUSTOM,
        case="on",
    )


def _filled(
    form: Form, config: Config, keep: tuple[str, ...] = ("at", "pattern", "entity", "name", "case", "sample")
) -> Form:
    """Return the form with what was typed in the fields ``keep``, and what holds now in all others."""
    typed = {name: form.value(name) for name in keep}
    return replace(form, values={**_form(config).values, **typed})


def _with(form: Form, **values: str) -> Form:
    return replace(form, values={**form.values, **values})


def _words(form: Form) -> tuple[Words | None, Form]:
    terms = list(dict.fromkeys(line.strip() for line in form.value("terms").split("\n") if line.strip()))
    if len(terms) > MAX_TERMS:
        return None, form.wrong(terms=f"These are {len(terms)} words; {MAX_TERMS} are the most here.")
    if any(not term.strip("* \t") for term in terms):
        return None, form.wrong(terms="A line holds nothing but asterisks.")
    entity = form.value("words_entity") or CUSTOM
    if entity not in KINDS:
        return None, form.wrong(words_entity="Choose one of the list.")
    return Words(terms=terms, entity=entity, case=bool(form.value("words_case"))), form


def _pattern(form: Form) -> tuple[OwnPattern | None, Form]:
    """Return the pattern that the form holds, or ``None`` and the form with the reason."""
    entity = form.value("entity") or CUSTOM
    if entity not in KINDS:
        return None, form.wrong(entity="Choose one of the list.")
    if not form.value("pattern"):
        return None, form.wrong(pattern="Type a pattern.")
    own = OwnPattern(
        pattern=form.value("pattern"), entity=entity, name=form.value("name"), case=bool(form.value("case"))
    )
    if problem := pattern_problem(own).replace("(?i)", ""):
        return None, form.wrong(pattern=problem[:1].upper() + problem[1:] + ".")
    return own, form


def _tried(form: Form, config: Config) -> tuple[Form, Trial | None]:
    """Return the sample with what the form's pattern finds in it; without a pattern, what all that is set finds."""
    sample = form.value("sample")
    if len(sample) > MAX_SAMPLE:
        return form.wrong(sample=f"The sample may have {MAX_SAMPLE} characters."), None
    if not form.value("pattern"):
        return form, tried(config.words, sample)
    own, form = _pattern(form)
    return form, None if own is None else tried(Words(patterns=[own]), sample)


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else None


async def _page(request: Request, form: Form, shown: _Shown) -> Response:
    rulebook = services_of(request).rulebook
    values = {
        "form": form,
        "kinds": [(entity, entity) for entity in KINDS],
        "patterns": (await rulebook.own()).words.patterns,
        "at": _number(form.value("at")),
        "packs": await rulebook.packs(),
        "trial": shown.trial,
        "problem": "",
        "imported": shown.imported,
        "managed": [name for name in rulebook.config.managed if name.startswith("words.")],
    }
    return await page(request, "rules_own.html", values, 422 if form.errors else 200)


ROUTES = (
    Route(HERE, show, methods=["GET"]),
    Route("/rules/words", save_words, methods=["POST"]),
    Route("/rules/trial", trial, methods=["POST"]),
    Route("/rules/try", try_pattern, methods=["POST"]),
    Route("/rules/pattern", save_pattern, methods=["POST"]),
    Route("/rules/pattern/remove", remove_pattern, methods=["POST"]),
    Route("/rules/import", import_rules, methods=["POST"]),
    Route("/rules/pack/remove", remove_pack, methods=["POST"]),
)
