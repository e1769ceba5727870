"""Pages for what cannot be shown: refusals of the guard, unknown addresses, failures inside. No value is in them."""

from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from maskwire_daemon.api.guard import Refusal
from maskwire_daemon.web.rendering import page, render, sentence_of

REMEDIES = {
    401: "Run `maskwire open` in a terminal, or choose Open dashboard in the tray: it logs this browser in.",
    403: "Open the dashboard from the tray or with `maskwire open`, and use its own pages.",
    404: "The address may be mistyped, or what it named is gone.",
    413: "Take a smaller file or less text.",
    421: "Use the address that `maskwire open` shows.",
    500: "The log says where: `maskwire doctor` names the file.",
    503: "`maskwire status` says what is missing.",
}
"""What a person can do about each status."""

TITLES = {401: "Log in first", 403: "Not allowed", 404: "Not here", 500: "A mistake of ours", 503: "Not ready"}
"""What a status is called, where its own name tells a person little."""


def show(refusal: Refusal) -> bytes:
    """Return the page of a refusal, which says nothing of the daemon."""
    return render("refused.html", _told(refusal)).encode()


def answer(request: Request, status: int, sentence: str) -> Response:
    """Return that page as an answer."""
    del request
    return HTMLResponse(show(Refusal(status, sentence)), status)


async def inside(request: Request, status: int, sentence: str) -> Response:
    """Return the page of an error, in the frame of all pages for whoever may see that."""
    if request.scope["state"].get("principal") is None:
        return answer(request, status, sentence)
    return await page(request, "problem.html", _told(Refusal(status, sentence)), status)


def _told(refusal: Refusal) -> dict[str, object]:
    try:
        title = HTTPStatus(refusal.status).phrase
    except ValueError:
        title = "Refused"
    return {
        "status_code": refusal.status,
        "title": TITLES.get(refusal.status, title),
        "sentence": sentence_of(Exception(refusal.sentence)),
        "remedy": REMEDIES.get(refusal.status, ""),
    }
