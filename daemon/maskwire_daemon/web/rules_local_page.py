"""The model on this machine, to which requests go whose values may not leave it."""

import asyncio
import http.client
import json
import os
from dataclasses import dataclass

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from maskwire.errors import ConfigError
from maskwire.policy import Action
from maskwire.wire.local import LocalServer
from maskwire_daemon.api.access import Role, requires
from maskwire_daemon.config.local import local_problem, local_server
from maskwire_daemon.config.settings import Local
from maskwire_daemon.web import forms
from maskwire_daemon.web.forms import Form
from maskwire_daemon.web.rendering import page, redirect
from maskwire_daemon.web.rules_forms import beside
from maskwire_daemon.web.services import services_of

ASK_S = 3.0
"""Seconds that a server on this machine may take to name its models."""

MAX_ANSWER = 1_000_000
"""Bytes of that answer."""

MAX_MODELS = 50
"""Models that the page names."""

OLLAMA, LM_STUDIO = "http://127.0.0.1:11434/v1", "http://127.0.0.1:1234/v1"
"""Where these servers listen unless told otherwise."""

_FIELDS = {"local.url": "url", "local.model": "model", "local.key_env": "key_env"}


class _Local(BaseModel):
    url: str = ""
    model: str = ""
    key_env: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server said when it was asked: its models, or why there is no answer."""

    models: tuple[str, ...] = ()
    problem: str = ""


async def show(request: Request) -> Response:
    """Show the form."""
    local = services_of(request).rulebook.config.local
    return await _page(request, Form.of(url=local.url, model=local.model, key_env=local.key_env))


@requires(Role.ADMIN)
async def save(request: Request) -> Response:
    """Ask the server for its models, or write the settings."""
    rulebook = services_of(request).rulebook
    wanted, form = (await forms.read(request)).checked(_Local)
    if wanted is None:
        return await _page(request, form)
    if wanted.url and (problem := local_problem(wanted.url)):
        return await _page(request, form.wrong(url=f"It {problem}."))
    if form.value("do") == "ask":
        if not wanted.url:
            return await _page(request, form.wrong(url="Type the address first."))
        server = local_server(Local(**wanted.model_dump()), os.environ)
        assert server is not None  # it has an address
        return await _page(request, form, await asyncio.to_thread(ask, server))
    try:
        await rulebook.change({("local", name): value or None for name, value in wanted.model_dump().items()})
    except ConfigError as e:
        return await _page(request, beside(form, e, _FIELDS))
    return redirect(request, "/rules/local", "Saved.")


def ask(server: LocalServer) -> Answer:
    """Return the models that the server names. Blocks."""
    connection = http.client.HTTPConnection(server.host, server.port, timeout=ASK_S)
    headers = {"Authorization": f"Bearer {server.key}"} if server.key else {}
    try:
        connection.request("GET", f"{server.prefix}/models", headers=headers)
        response = connection.getresponse()
        if response.status != http.HTTPStatus.OK:
            return Answer(problem=f"It answered with status {response.status}, not with its models.")
        listed = json.loads(response.read(MAX_ANSWER))["data"]
        return Answer(tuple(str(model["id"])[:100] for model in listed[:MAX_MODELS]))
    except (OSError, http.client.HTTPException):
        return Answer(problem="Nothing answers there. Is the server running?")
    except (ValueError, KeyError, TypeError):
        return Answer(problem="Something answers there, but not as OpenAI's API does.")
    finally:
        connection.close()


async def _page(request: Request, form: Form, answer: Answer | None = None) -> Response:
    config = services_of(request).rulebook.config
    routed = [name for name, entity in config.entities.items() if entity.action == Action.ROUTE_LOCAL]
    values = {
        "form": form,
        "answer": answer,
        "routed": routed,
        "set": bool(config.local.url),
        "ollama": OLLAMA,
        "lm_studio": LM_STUDIO,
    }
    return await page(request, "rules_local.html", values, 422 if form.errors else 200)


ROUTES = (
    Route("/rules/local", show, methods=["GET"]),
    Route("/rules/local", save, methods=["POST"]),
)
