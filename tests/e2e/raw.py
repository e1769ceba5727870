"""A client with nothing between it and the bytes: the standard library's HTTP through the daemon's proxy."""

import http.client
import json
import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from urllib.parse import urlsplit

from maskwire_client.models import Status


@dataclass(frozen=True)
class Reply:
    """An answer as it arrived."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def chat_text(self) -> str:
        """The text of a chat completion, streamed or not."""
        if self.headers.get("content-type", "").startswith("application/json"):
            return str(json.loads(self.body)["choices"][0]["message"]["content"])
        events = re.findall(rb"^data: (\{.*)$", self.body, re.MULTILINE)
        return "".join(c["delta"].get("content") or "" for e in events for c in json.loads(e)["choices"])


@dataclass(frozen=True)
class Target:
    """Where a request goes and what it says beside its body."""

    host: str = "api.openai.com"
    path: str = "/v1/chat/completions"
    headers: Mapping[str, str] = MappingProxyType({})


CHAT = Target()


def chat(text: str, *, stream: bool = False) -> bytes:
    """Return the body of a chat with one turn."""
    return json.dumps({"model": "gpt-5.5", "stream": stream, "messages": [{"role": "user", "content": text}]}).encode()


def post(status: Status, body: bytes, target: Target = CHAT, timeout_s: float = 60) -> Reply:
    """Send ``body`` through the proxy of the daemon with ``status``, trusting its authority alone.

    Raises:
        OSError, http.client.HTTPException: the connection failed or ended before the answer did.
    """
    proxy = urlsplit(status.proxy)
    trust = ssl.create_default_context(cafile=status.ca_file)
    connection = http.client.HTTPSConnection(str(proxy.hostname), proxy.port, context=trust, timeout=timeout_s)
    connection.set_tunnel(target.host, 443)
    try:
        connection.request("POST", target.path, body, {"content-type": "application/json", **target.headers})
        response = connection.getresponse()
        headers = {name.lower(): value for name, value in response.getheaders()}
        return Reply(response.status, headers, response.read())
    finally:
        connection.close()
