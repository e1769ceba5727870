"""A request that goes to a local model: what stays of it, and when it may not go there."""

import pytest
from mitmproxy.test import tflow, tutils

from maskwire.errors import BlockedError
from maskwire.mitm.flow import UNTOUCHABLE
from maskwire.mitm.local import send_to
from maskwire.wire.formats import surface_of
from maskwire.wire.local import LocalServer

SERVER = LocalServer("127.0.0.1", 11434, model="llama3", key="own")
PROVING = sorted(
    n for n in UNTOUCHABLE if any(w in n for w in ("auth", "cookie", "key", "token")) and n != "set-cookie"
)
"""Headers that prove to a provider who asks."""


def test_nothing_that_is_for_the_provider_goes_along() -> None:
    flow = tflow.tflow(req=tutils.treq(host="api.openai.com", path=b"/v1/chat/completions?key=secret"))
    for name in PROVING:
        flow.request.headers[name] = "secret"
    flow.request.headers["host"] = "api.openai.com"
    surface = surface_of("POST", "api.openai.com", "/v1/chat/completions")
    assert surface is not None  # the table knows it

    send_to(SERVER, flow, surface, b'{"model":"gpt","messages":[]}')

    assert flow.request.url == "http://127.0.0.1:11434/v1/chat/completions"
    assert flow.request.headers["host"] == "127.0.0.1:11434"
    assert flow.request.headers["authorization"] == "Bearer own"
    assert flow.request.content == b'{"model":"llama3","messages":[]}'
    assert "secret" not in str(flow.request.headers)


@pytest.mark.parametrize(
    ("server", "host", "path"),
    [
        (None, "api.openai.com", "/v1/chat/completions"),
        (SERVER, "api.openai.com", "/v1/images/generations"),
        (SERVER, "api.anthropic.com", "/v1/messages"),
    ],
)
def test_what_cannot_stay_here_goes_nowhere(server: LocalServer | None, host: str, path: str) -> None:
    flow = tflow.tflow(req=tutils.treq(host=host, path=path.encode()))
    before, surface = flow.request.copy(), surface_of("POST", host, path)
    assert surface is not None  # the table knows each

    with pytest.raises(BlockedError):
        send_to(server, flow, surface, b"{}")
    assert (flow.request.url, flow.request.content) == (before.url, before.content)
