"""What happens to each kind of value, and the profiles that set it at once."""

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from maskwire.entities import KINDS
from maskwire.errors import ConfigError
from maskwire.policy import Action, TokenForm
from maskwire.tokens import NATURAL
from maskwire_daemon.api.access import Role, requires
from maskwire_daemon.config.edit import Value
from maskwire_daemon.config.profiles import BY_NAME, PROFILES, changes_to, profile_of
from maskwire_daemon.config.settings import Config, Detection, Entity
from maskwire_daemon.web import forms, rules_history_page, rules_local_page, rules_own_page
from maskwire_daemon.web.forms import Form
from maskwire_daemon.web.rendering import page, redirect
from maskwire_daemon.web.rules_forms import ACTIONS, KNOWN_ACTIONS, beside, fraction
from maskwire_daemon.web.rules_samples import GROUPS, samples
from maskwire_daemon.web.section import Section
from maskwire_daemon.web.services import services_of

NO_FRACTION = "A number from 0 to 1, as 0.35."

_DEFAULT_THRESHOLD = Detection().threshold


async def show(request: Request) -> Response:
    """Show every kind with what happens to it."""
    return await _page(request, _form(services_of(request).rulebook.config))


@requires(Role.ADMIN)
async def save(request: Request) -> Response:
    """Write what differs."""
    rulebook = services_of(request).rulebook
    form = await forms.read(request)
    changes, form = _changes(form, rulebook.config)
    if form.errors:
        return await _page(request, form)
    if not changes:
        return redirect(request, "/rules", "Nothing was changed.")
    try:
        await rulebook.change(changes)
    except ConfigError as e:
        return await _page(request, beside(form, e, _fields()))
    return redirect(request, "/rules", f"Saved: {_counted(len(changes))}. They hold from the next request on.")


@requires(Role.ADMIN)
async def take(request: Request) -> Response:
    """Take a profile."""
    rulebook = services_of(request).rulebook
    form = await forms.read(request)
    profile = BY_NAME.get(form.value("profile"))
    if profile is None:
        raise HTTPException(404, "there is no such profile")
    changes = changes_to(profile, rulebook.config)
    if changes:
        await rulebook.change(changes)
    return redirect(request, "/rules", f"{profile.title} holds from the next request on. History can take it back.")


def _form(config: Config) -> Form:
    values = {"threshold": f"{config.detection.threshold:g}"}
    for entity in KINDS:
        settings = config.entities.get(entity, Entity())
        values[f"action-{entity}"] = str(settings.action)
        values[f"threshold-{entity}"] = "" if settings.threshold is None else f"{settings.threshold:g}"
        values[f"token-{entity}"] = str(settings.token)
    return Form.of(**values)


def _fields() -> dict[str, str]:
    """Return the form's fields by the settings that they write."""
    found = {"detection.threshold": "threshold"}
    for entity in KINDS:
        found[f"entities.{entity}.action"] = f"action-{entity}"
        found[f"entities.{entity}.threshold"] = f"threshold-{entity}"
        found[f"entities.{entity}.token"] = f"token-{entity}"
    return found


def _changes(form: Form, config: Config) -> tuple[dict[tuple[str, ...], Value | None], Form]:
    """Return the settings that the form changes, and the form with what is wrong in it.

    A field that was not sent changes nothing; what is set to its default is taken out of the file.
    """
    changes: dict[tuple[str, ...], Value | None] = {}
    threshold = fraction(form.value("threshold"))
    if threshold is None:
        form = form.wrong(threshold=NO_FRACTION)
    elif threshold != config.detection.threshold:
        changes["detection", "threshold"] = None if threshold == _DEFAULT_THRESHOLD else threshold
    for entity in KINDS:
        now = config.entities.get(entity, Entity())
        action = form.values.get(f"action-{entity}", str(now.action))
        if action not in KNOWN_ACTIONS:
            form = form.wrong(**{f"action-{entity}": "Choose one of the list."})
        elif action != now.action:
            changes["entities", entity, "action"] = None if action == Action.MASK else action
        written = form.values.get(f"threshold-{entity}", "" if now.threshold is None else f"{now.threshold:g}").strip()
        least = fraction(written)
        if written and least is None:
            form = form.wrong(**{f"threshold-{entity}": NO_FRACTION})
        elif least != now.threshold:
            changes["entities", entity, "threshold"] = least
    for entity in sorted(NATURAL):
        token = config.entities.get(entity, Entity()).token
        chosen = form.values.get(f"token-{entity}", str(token))
        if chosen not in list(TokenForm):
            form = form.wrong(**{f"token-{entity}": "Choose one of the list."})
        elif chosen != token:
            changes["entities", entity, "token"] = None if chosen == TokenForm.CODE else chosen
    return changes, form


def _counted(count: int) -> str:
    return f"{count} setting{'' if count == 1 else 's'}"


async def _page(request: Request, form: Form) -> Response:
    config = services_of(request).rulebook.config
    current = profile_of(config)
    offered = [
        (profile, sorted(".".join(key) for key in changes_to(profile, config)), profile is current)
        for profile in PROFILES
    ]
    values = {
        "form": form,
        "profiles": offered,
        "groups": GROUPS,
        "samples": samples(),
        "actions": ACTIONS,
        "managed": config.managed,
        "local_url": config.local.url,
        "routed": [name for name, entity in config.entities.items() if entity.action == Action.ROUTE_LOCAL],
    }
    return await page(request, "rules.html", values, 422 if form.errors else 200)


SECTION = Section(
    "Rules",
    "/rules",
    "rules",
    (
        Route("/rules", show, methods=["GET"]),
        Route("/rules", save, methods=["POST"]),
        Route("/rules/profile", take, methods=["POST"]),
        *rules_own_page.ROUTES,
        *rules_local_page.ROUTES,
        *rules_history_page.ROUTES,
    ),
)
