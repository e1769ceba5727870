"""Earlier states of the settings: what changed when, by names alone, and the way back."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from maskwire.errors import ConfigError
from maskwire_daemon.api.access import Role, requires
from maskwire_daemon.web import forms
from maskwire_daemon.web.rendering import page, redirect, sentence_of
from maskwire_daemon.web.services import services_of


async def show(request: Request) -> Response:
    """Show the changes that are kept, newest first."""
    rulebook = services_of(request).rulebook
    values = {"changes": await rulebook.history(), "file": rulebook.file, "problem": ""}
    return await page(request, "rules_history.html", values)


@requires(Role.ADMIN)
async def undo(request: Request) -> Response:
    """Bring back the state before a change."""
    rulebook = services_of(request).rulebook
    form = await forms.read(request)
    try:
        await rulebook.undo(form.value("version"))
    except ConfigError as e:
        values = {"changes": await rulebook.history(), "file": rulebook.file, "problem": sentence_of(e)}
        return await page(request, "rules_history.html", values, 422)
    return redirect(request, "/rules/history", "The earlier settings hold again. This too can be taken back.")


ROUTES = (
    Route("/rules/history", show, methods=["GET"]),
    Route("/rules/history", undo, methods=["POST"]),
)
