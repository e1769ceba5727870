"""What a provider answers to a page of another origin, so that its script may ask and read. Sans-IO.

Source: https://fetch.spec.whatwg.org/#http-cors-protocol
"""

from dataclasses import replace

from maskwire_daemon.standin.wire import Answer, Call


def preflight(call: Call) -> Answer | None:
    """Return the answer to a browser that asks first, ``None`` when ``call`` is no such question."""
    if call.method != "OPTIONS" or not call.header("access-control-request-method"):
        return None
    allowed = (
        ("access-control-allow-methods", call.header("access-control-request-method")),
        ("access-control-allow-headers", call.header("access-control-request-headers")),
    )
    return Answer((b"",), status=200, headers=allowed)


def readable(answer: Answer, call: Call) -> Answer:
    """Return ``answer`` so that the page which asked may read it; as it is when no page did."""
    if not (origin := call.header("origin")):
        return answer
    return replace(answer, headers=(*answer.headers, ("access-control-allow-origin", origin), ("vary", "origin")))
