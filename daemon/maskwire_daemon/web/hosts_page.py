"""The hosts: what happens on each way from a program to a provider, what ends by itself, and what is not covered."""

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from maskwire.errors import ConfigError
from maskwire.policy import Mode
from maskwire.wire.catalog import entries
from maskwire.wire.hosts import PROVIDERS, known_hosts, provider_of
from maskwire_daemon.api.access import Role, requires
from maskwire_daemon.config.edit import Value
from maskwire_daemon.config.file import covers_known
from maskwire_daemon.web import forms, hosts_one_page
from maskwire_daemon.web.forms import Form
from maskwire_daemon.web.hosts_matrix import EVERY, GROUPS, Line, as_written, lines, shown_name
from maskwire_daemon.web.rendering import page, redirect
from maskwire_daemon.web.rules_forms import beside
from maskwire_daemon.web.section import Section
from maskwire_daemon.web.services import services_of

MODES = (
    (Mode.PROTECT, "Protect"),
    (Mode.OBSERVE, "Observe"),
    (Mode.BYPASS, "Bypass"),
    (Mode.BLOCK, "Block"),
)
"""The modes in words."""


async def show(request: Request) -> Response:
    """Show the table."""
    found = await _lines(request)
    return await _page(
        request, Form.of(**{f"mode-{line.host}": line.mode for line in found if not line.program}), found
    )


@requires(Role.ADMIN)
async def save(request: Request) -> Response:
    """Write the modes that differ."""
    rulebook = services_of(request).rulebook
    form = await forms.read(request)
    found = await _lines(request)
    changes: dict[tuple[str, ...], Value | None] = {}
    for line in found:
        field = f"mode-{line.host}"
        mode = form.values.get(field, line.mode)
        if line.program or mode == line.mode:
            continue
        if mode not in set(Mode):
            form = form.wrong(**{field: "Choose one of the list."})
        changes["hosts", as_written(rulebook.config.hosts, line.host), "mode"] = mode
    if form.errors:
        return await _page(request, form, found)
    try:
        if changes:
            await rulebook.change(changes)
    except ConfigError as e:
        fields = {f"hosts.{line.host}.mode": f"mode-{line.host}" for line in found if not line.program}
        return await _page(request, beside(form, e, fields), found)
    named = ", ".join(f"{shown_name(host)}: {mode}" for (_, host, _), mode in changes.items())
    return redirect(request, "/hosts", f"Saved. {named}." if changes else "Nothing was changed.")


async def find(request: Request) -> Response:
    """Lead to the page of the host that was typed."""
    found = await _lines(request)
    modes = {f"mode-{line.host}": line.mode for line in found if not line.program}
    typed = request.query_params.get("host", "").strip().lower().rstrip(".")
    if typed and covers_known(typed, known_hosts()):
        return redirect(request, f"/hosts/{typed}")
    form = Form.of(**modes, host=request.query_params.get("host", ""))
    problem = "No host that maskwire knows: traffic to others is never looked at." if typed else "Type a host."
    return await _page(request, form.wrong(host=problem), found)


@requires(Role.ADMIN)
async def end(request: Request) -> Response:
    """End an exception before its time: leave for images, or a value that passes."""
    form = await forms.read(request)
    rulebook = services_of(request).rulebook
    if host := form.value("media"):
        rulebook.give_media(host, 0)
    elif hashed := form.value("hash"):
        await rulebook.disallow(hashed)
    else:
        raise HTTPException(400, "the form names no exception")
    return redirect(request, form.value("back") or "/hosts", "The exception has ended.")


async def show_surfaces(request: Request) -> Response:
    """Show what is covered at each provider, and what is not."""
    found = entries()
    providers = {name: [each for each in found if each.provider == name] for name in PROVIDERS}
    return await page(request, "hosts_surfaces.html", {"providers": providers})


async def _lines(request: Request) -> list[Line]:
    services = services_of(request)
    seen = (await services.records.sums()).hosts
    return lines(services.rulebook.config, [host for host in seen if provider_of(host) is not None])


async def _page(request: Request, form: Form, found: list[Line]) -> Response:
    rulebook = services_of(request).rulebook
    config = rulebook.config
    named = {line.host for line in found}
    values = {
        "form": form,
        "lines": found,
        "groups": GROUPS,
        "modes": MODES,
        "every": EVERY,
        "known": known_hosts(),
        "others": {
            provider: [(host, "{" not in host) for host in hosts if host not in named]
            for provider, hosts in PROVIDERS.items()
        },
        "media": rulebook.media_leaves(),
        "allowed": config.allow.values,
        "managed": [name for name in config.managed if name.split(".")[0] in ("hosts", "programs")],
    }
    return await page(request, "hosts.html", values, 422 if form.errors else 200)


SECTION = Section(
    "Hosts",
    "/hosts",
    "hosts",
    (
        Route("/hosts", show, methods=["GET"]),
        Route("/hosts", save, methods=["POST"]),
        Route("/hosts/find", find, methods=["GET"]),
        Route("/hosts/end", end, methods=["POST"]),
        Route("/hosts/surfaces", show_surfaces, methods=["GET"]),
        *hosts_one_page.ROUTES,
    ),
)
