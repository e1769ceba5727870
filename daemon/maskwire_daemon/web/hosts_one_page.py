"""One host, or a pattern of hosts: its mode, what differs for kinds and programs, exceptions, and what is covered."""

from datetime import date
from typing import Annotated

from pydantic import BaseModel, Field, ValidationInfo, field_validator
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from maskwire.entities import KINDS
from maskwire.errors import ConfigError, VaultError
from maskwire.policy import Mode
from maskwire.wire.hosts import known_hosts
from maskwire_client.models import NewAllowance
from maskwire_daemon.api.access import Role, requires
from maskwire_daemon.config.edit import Value
from maskwire_daemon.config.file import covers_known
from maskwire_daemon.config.settings import Config, Entity, Host, ProgramHost
from maskwire_daemon.detection.own import today
from maskwire_daemon.media import MAX_MINUTES
from maskwire_daemon.web import forms
from maskwire_daemon.web.forms import Form
from maskwire_daemon.web.hosts_matrix import EVERY, as_written, shown_name, surfaces_of
from maskwire_daemon.web.rendering import page, redirect, sentence_of
from maskwire_daemon.web.rules_forms import ACTIONS, KNOWN_ACTIONS, beside
from maskwire_daemon.web.services import services_of

type Changes = dict[tuple[str, ...], Value | None]

SWITCHES = {"restore_arguments": True, "restore_urls": False, "media": False}
"""The switches of a host, with their defaults."""


class _Program(BaseModel):
    program: Annotated[str, Field(max_length=200)]
    program_mode: str = ""
    program_entity: str = ""
    program_action: str = ""

    @field_validator("program_mode", "program_entity", "program_action")
    @classmethod
    def _known(cls, value: str, info: ValidationInfo) -> str:
        known = {
            "program_mode": {str(mode) for mode in Mode if mode is not Mode.BYPASS},
            "program_entity": set(KINDS),
            "program_action": KNOWN_ACTIONS,
        }[str(info.field_name)]
        if value not in known:
            raise ValueError("choose one of the list")
        return value


class _Media(BaseModel):
    minutes: Annotated[float, Field(gt=0, le=MAX_MINUTES)]


class _Exception(BaseModel):
    value: Annotated[str, Field(max_length=10_000)]
    until: date | None = None

    @field_validator("until")
    @classmethod
    def _ahead(cls, value: date | None) -> date | None:
        if value is not None and value < today():
            raise ValueError("this day is over")
        return value


async def show(request: Request) -> Response:
    """Show the host."""
    host = _host(request)
    return await _page(request, host, _form(services_of(request).rulebook.config, host))


@requires(Role.ADMIN)
async def save(request: Request) -> Response:
    """Write the mode, the switches, and what differs for kinds."""
    host, rulebook = _host(request), services_of(request).rulebook
    typed = await forms.read(request)
    if typed.value("do") == "reset":
        await rulebook.change({("hosts", as_written(rulebook.config.hosts, host)): None})
        return redirect(request, f"/hosts/{host}", "Nothing is set for this any more. History can take it back.")
    changes, typed = _changes(typed, host, rulebook.config)
    form = _over(_form(rulebook.config, host), typed)
    if form.errors:
        return await _page(request, host, form)
    try:
        if changes:
            await rulebook.change(changes)
    except ConfigError as e:
        fields = {f"hosts.{host}.mode": "mode"} | {f"hosts.{host}.actions.{each}": f"action-{each}" for each in KINDS}
        return await _page(request, host, beside(form, e, fields))
    return redirect(
        request, f"/hosts/{host}", "Saved; it holds from the next request on." if changes else "Nothing was changed."
    )


@requires(Role.ADMIN)
async def save_program(request: Request) -> Response:
    """Write what is different for one program, or take all of that out."""
    host, rulebook = _host(request), services_of(request).rulebook
    typed = await forms.read(request)
    if gone := typed.value("remove"):
        await rulebook.change({_way(rulebook.config, gone, host): None})
        return redirect(request, f"/hosts/{host}", f"{gone} is treated like every program.")
    wanted, typed = typed.checked(_Program)
    form = _over(_form(rulebook.config, host), typed)
    if wanted is None:
        return await _page(request, host, form)
    if bool(wanted.program_entity) != bool(wanted.program_action):
        missing = "program_action" if wanted.program_entity else "program_entity"
        return await _page(request, host, form.wrong(**{missing: "Choose this too, or neither."}))
    if not wanted.program_mode and not wanted.program_entity:
        return await _page(request, host, form.wrong(program_mode="Choose what is different: a mode, or a kind."))
    way = _way(rulebook.config, wanted.program, host)
    changes: Changes = {}
    if wanted.program_mode:
        changes[*way, "mode"] = wanted.program_mode
    if wanted.program_entity:
        changes[*way, "actions", wanted.program_entity] = wanted.program_action
    try:
        await rulebook.change(changes)
    except ConfigError as e:
        fields = {"programs": "program", f"programs.{way[1]}.{way[2]}.mode": "program_mode"}
        return await _page(request, host, beside(form, e, fields))
    return redirect(request, f"/hosts/{host}", f"Saved for {way[1]}.")


@requires(Role.ADMIN)
async def give_media(request: Request) -> Response:
    """Let images and sound pass for some minutes."""
    host, rulebook = _host(request), services_of(request).rulebook
    wanted, typed = (await forms.read(request)).checked(_Media)
    if host == EVERY or host.startswith("*."):
        typed, wanted = typed.wrong(minutes="This takes one host, not a pattern."), None
    if wanted is None:
        return await _page(request, host, _over(_form(rulebook.config, host), typed))
    rulebook.give_media(host, wanted.minutes)
    return redirect(request, f"/hosts/{host}", f"Images and sound pass for {wanted.minutes:g} minutes, as they are.")


@requires(Role.ADMIN)
async def allow(request: Request) -> Response:
    """Let one value pass to this host, for good or until a day."""
    host, services = _host(request), services_of(request)
    wanted, typed = (await forms.read(request)).checked(_Exception)
    form = _over(_form(services.rulebook.config, host), typed)
    if wanted is None:
        return await _page(request, host, form)
    until = wanted.until.isoformat() if wanted.until else ""
    try:
        await services.control.allow(NewAllowance(wanted.value, "" if host == EVERY else host, until))
    except (ConfigError, VaultError) as e:
        return await _page(request, host, form.wrong(value=sentence_of(e)))
    return redirect(request, f"/hosts/{host}", "The value passes; your settings hold its keyed hash, not the value.")


def _host(request: Request) -> str:
    """Return the host of the address.

    Raises:
        HTTPException: it is none that maskwire knows.
    """
    host: str = request.path_params["host"].lower().rstrip(".")
    if host != EVERY and not covers_known(host, known_hosts()):
        raise HTTPException(404, "maskwire knows no such host; traffic to others is never looked at")
    return host


def _settings(config: Config, host: str) -> Host:
    return config.hosts.get(as_written(config.hosts, host), Host())


def _programs(config: Config, host: str) -> dict[str, ProgramHost]:
    """Return what is different for programs on their way to ``host``."""
    found = {program: hosts.get(as_written(hosts, host)) for program, hosts in config.programs.items()}
    return {program: settings for program, settings in found.items() if settings is not None}


def _way(config: Config, program: str, host: str) -> tuple[str, str, str]:
    """Return the table of ``program`` on its way to ``host``, as the settings write it already."""
    name = as_written(config.programs, program.strip().lower())
    return "programs", name, as_written(config.programs.get(name, ()), host)


def _form(config: Config, host: str) -> Form:
    settings = _settings(config, host)
    values = {"mode": str(settings.mode), "masked_tools": ", ".join(settings.masked_tools), "minutes": "10"}
    values |= {name: "on" if getattr(settings, name) else "" for name in SWITCHES}
    values |= {f"action-{entity}": str(settings.actions.get(entity, "")) for entity in KINDS}
    return Form.of(**values)


def _over(form: Form, typed: Form) -> Form:
    """Return the page's form with what was typed in one of its forms over it; its unticked boxes are empty."""
    unticked = dict.fromkeys(SWITCHES, "") if "mode" in typed.values else {}
    return Form({**form.values, **unticked, **typed.values}, typed.errors)


def _changes(form: Form, host: str, config: Config) -> tuple[Changes, Form]:
    """Return the settings that the form changes; what is set to its default is taken out."""
    now, table = _settings(config, host), ("hosts", as_written(config.hosts, host))
    changes: Changes = {}
    mode = form.value("mode")
    if mode not in set(Mode):
        form = form.wrong(mode="Choose one of the list.")
    elif mode != now.mode:
        changes[*table, "mode"] = mode
    for name, default in SWITCHES.items():
        if (wanted := bool(form.value(name))) != getattr(now, name):
            changes[*table, name] = None if wanted is default else wanted
    tools = [tool.strip() for tool in form.value("masked_tools").split(",") if tool.strip()]
    if tools != now.masked_tools:
        changes[*table, "masked_tools"] = tools or None
    for entity in KINDS:
        action, field = form.values.get(f"action-{entity}", now.actions.get(entity, "")), f"action-{entity}"
        if action and action not in KNOWN_ACTIONS:
            form = form.wrong(**{field: "Choose one of the list."})
        elif action != now.actions.get(entity, ""):
            changes[*table, "actions", entity] = str(action) or None
    return changes, form


async def _page(request: Request, host: str, form: Form) -> Response:
    services = services_of(request)
    config = services.rulebook.config
    values = {
        "form": form,
        "host": host,
        "title": shown_name(host),
        "settings_here": as_written(config.hosts, host) in config.hosts,
        "pattern": host == EVERY or host.startswith("*."),
        "modes": [(mode, mode.capitalize()) for mode in Mode],
        "program_modes": [("", "as every program"), *((m, m.capitalize()) for m in Mode if m is not Mode.BYPASS)],
        "actions": ACTIONS,
        "action_words": dict(ACTIONS),
        "choosable": [("", "none"), *((entity, entity) for entity in KINDS)],
        "differing": any(form.value(f"action-{entity}") for entity in KINDS),
        "kinds": [(entity, dict(ACTIONS)[config.entities.get(entity, Entity()).action]) for entity in KINDS],
        "programs": _programs(config, host),
        "seen_programs": (await services.records.sums()).programs,
        "allowed": [each for each in config.allow.values if each.host.lower() == ("" if host == EVERY else host)],
        "media_left": services.rulebook.media_leaves().get(host, 0.0),
        "surfaces": surfaces_of(host),
    }
    return await page(request, "hosts_one.html", values, 422 if form.errors else 200)


ROUTES = (
    Route("/hosts/{host}", show, methods=["GET"]),
    Route("/hosts/{host}", save, methods=["POST"]),
    Route("/hosts/{host}/program", save_program, methods=["POST"]),
    Route("/hosts/{host}/media", give_media, methods=["POST"]),
    Route("/hosts/{host}/allow", allow, methods=["POST"]),
)
