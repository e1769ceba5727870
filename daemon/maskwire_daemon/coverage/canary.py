"""``maskwire verify``: invented values through the running daemon to a stand-in, and what each side saw. IO."""

import http.client
import json
import ssl
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from urllib.parse import urlsplit

from maskwire_client import Client, ControlError, Status
from maskwire_daemon.standin.leaks import leaks
from maskwire_daemon.standin.server import StandIn, running

VALUES = (
    "Amelia Whitcombe",
    "amelia.whitcombe@northwind-mail.com",
    "4111 1111 1111 1111",
    "ghp_" + "Zk3Vn8Qw1Lr6Ty4Bm9Cx2Hs7Jd5Fg0PuAeRi",
)
"""What must not arrive; all of it is invented."""

PROMPT = "Please write to {} <{}> about the card {}. The script uses the token {}.".format(*VALUES)
"""The canary's text."""

ANSWER_S = 60.0
"""Seconds that the exchange may take, the start of the detector included."""


@dataclass(frozen=True, slots=True)
class Proof:
    """What was seen. ``leaked`` are the invented values that arrived, ``restored`` whether all came back."""

    ok: bool
    leaked: tuple[str, ...]
    restored: bool
    masked: bool
    state: str
    ms: float
    problem: str = ""

    def as_json(self) -> dict[str, object]:
        """Return it as the command prints it."""
        return asdict(self)

    def sentence(self) -> str:
        """Return it for reading."""
        if self.ok:
            return f"Proven: {len(VALUES)} values left as tokens only, and all of them came back ({self.ms:.0f} ms)."
        if self.problem:
            return f"NOT proven: {self.problem}"
        if self.leaked and self.state == "paused":
            return "NOT proven: protection is paused, so only secrets are masked. `maskwire resume` ends that."
        if self.leaked:
            return f"NOT proven: the provider would have seen {', '.join(self.leaked)}."
        return "NOT proven: nothing leaked, but the answer came back changed."


def verify(client: Client) -> Proof:
    """Send the canary through the daemon of ``client``.

    Raises:
        ControlError: the daemon cannot be asked, or its proxy is not open.
    """
    status = client.status()
    if not status.proxy:
        raise ControlError(f"the proxy is not open yet: {'; '.join(status.reasons) or 'it is starting'}")
    with running(StandIn()) as stand_in:
        host = client.open_canary(stand_in.address, stand_in.pem)
        began, received, problem = time.perf_counter(), "", ""
        try:
            received = _exchange(status, host)
        except (OSError, http.client.HTTPException) as e:
            problem = f"the request did not come through: {e}"
        finally:
            heard = stand_in.heard()
            leaked = tuple(leaks(VALUES, heard))
            masked, restored = bool(heard) and not leaked, received == PROMPT
            client.close_canary(proven=masked and restored)
        ms = (time.perf_counter() - began) * 1000
    return Proof(masked and restored, leaked, restored, masked, status.state, round(ms, 1), problem)


def _exchange(status: Status, host: str) -> str:
    """Send the text as any program would, and return the streamed answer put together."""
    proxy = urlsplit(status.proxy)
    trust = ssl.create_default_context(cafile=status.ca_file)
    connection = http.client.HTTPSConnection(proxy.hostname or "127.0.0.1", proxy.port, context=trust, timeout=ANSWER_S)
    connection.set_tunnel(host, 443)
    body = {"model": "gpt-verify", "stream": True, "messages": [{"role": "user", "content": PROMPT}]}
    try:
        connection.request("POST", "/v1/chat/completions", json.dumps(body), {"content-type": "application/json"})
        answer = connection.getresponse()
        text = answer.read().decode()
    finally:
        connection.close()
    if answer.status != 200:
        raise ConnectionError(f"it was answered with {answer.status}: {_message(text)}")
    return "".join(_pieces(text))


def _pieces(stream: str) -> Iterator[str]:
    for line in stream.splitlines():
        if line.startswith("data: {"):
            for choice in json.loads(line.removeprefix("data: "))["choices"]:
                yield choice["delta"].get("content") or ""


def _message(text: str) -> str:
    try:
        return str(json.loads(text)["error"]["message"])
    except (ValueError, KeyError, TypeError):
        return text[:200]
