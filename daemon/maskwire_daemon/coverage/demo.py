"""``maskwire demo``: one request through a real daemon to the stand-in provider, and what each side saw of it. IO.

Everything is thrown away afterwards: the daemon has a home, a key and a certificate authority of its own.
"""

import http.client
import json
import os
import re
import ssl
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from maskwire_client.client import Client
from maskwire_client.errors import ControlError, NotRunning
from maskwire_client.models import Status
from maskwire_daemon.cli.background import daemon_command
from maskwire_daemon.standin.leaks import leaks
from maskwire_daemon.standin.server import StandIn, running

PROVIDER = "api.openai.com"
"""The host that the request believes to reach."""

VALUES = (
    "Jane Doe",
    "jane.doe@northwind-mail.com",
    "4111 1111 1111 1111",
    "+1 415 736 5000",
    "DE89 3704 0044 0532 0130 00",
    "ghp_" + "x7Qm2Lr9TzB4vKc8Wn1Ys6Hd3Fj5Pg0AuEkR",
)
"""What must not reach the provider; all of it is invented."""

PARTS = (*VALUES, "Jane", "Doe")
"""What is looked for at the provider: half a name is a leak too."""

PROMPT = """Write a short, friendly letter to {} <{}>.
Her card {} was declined twice, so call her on {} first.
We refund to {}. If the script fails, here is my token:
export GITHUB_TOKEN={}""".format(*VALUES)
"""The request's text."""

START_S = 30.0
"""Seconds that the daemon may take to listen on a slow machine."""

ANSWER_S = 90.0
"""Seconds that the request may take: on a cold disk the language model is read first."""


@dataclass(frozen=True, slots=True)
class Shown:
    """The text as the program sent it, as the provider saw it, and as the program received it again."""

    sent: str
    seen_by_provider: str
    received: str
    leaked: tuple[str, ...]

    @property
    def ok(self) -> bool:
        """Whether nothing leaked and everything came back."""
        return not self.leaked and self.sent == self.received and self.sent != self.seen_by_provider


def run(*, as_json: bool) -> int:
    """Show the demonstration on standard output and return the command's exit code."""
    try:
        shown = demonstrate()
    except (OSError, http.client.HTTPException, ControlError) as e:
        sys.stderr.write(f"maskwire demo: {e}\n")
        return 1
    sys.stdout.write(_as_json(shown) if as_json else _as_text(shown, colour=sys.stdout.isatty()))
    return 0 if shown.ok else 1


def demonstrate() -> Shown:
    """Send the request through a throw-away daemon.

    Raises:
        ControlError: the daemon did not start.
        OSError, http.client.HTTPException: the request did not come through.
    """
    with running(StandIn()) as stand_in, _daemon(stand_in) as status:
        received = _ask(status, PROMPT)
        return Shown(PROMPT, _seen(stand_in), received, tuple(leaks(PARTS, stand_in.heard())))


@contextmanager
def _daemon(stand_in: StandIn) -> Iterator[Status]:
    """Run ``maskwire up`` in a home of its own, with the stand-in in the provider's place."""
    with tempfile.TemporaryDirectory(prefix="maskwire-demo-") as folder:
        home = Path(folder)
        trusted = home / "stand-in.pem"
        trusted.write_text(stand_in.pem, encoding="ascii")
        (home / "config.toml").write_text(
            f"[upstream]\ntrusted_ca = {json.dumps(str(trusted))}\n"
            f"connect_to = {{ {json.dumps(PROVIDER + ':443')} = {json.dumps(stand_in.address)} }}\n",
            encoding="utf-8",
        )
        environ = {**os.environ, "MASKWIRE_HOME": folder, "MASKWIRE_KEY_PROVIDER": "ephemeral"}
        command = [*daemon_command(), "up", "--headless", "--proxy-port", "0", "--api-port", "0"]
        with (home / "output").open("w+b") as output:
            daemon = subprocess.Popen(command, env=environ, stdin=subprocess.DEVNULL, stdout=output, stderr=output)
            try:
                yield _wait(daemon, environ, home / "output")
            finally:
                daemon.terminate()
                daemon.wait()


def _wait(daemon: "subprocess.Popen[bytes]", environ: Mapping[str, str], output: Path) -> Status:
    deadline = time.monotonic() + START_S
    while daemon.poll() is None and time.monotonic() < deadline:
        try:
            status = Client.running(environ).status()
        except NotRunning:
            pass
        else:
            if status.proxy:
                return status
        time.sleep(0.05)
    said = output.read_text(encoding="utf-8", errors="replace").strip()
    raise ControlError(f"the daemon did not start{': ' if said else ''}{said}")


def _ask(status: Status, text: str) -> str:
    """Send ``text`` as any program would, and return the streamed answer put together."""
    proxy = urlsplit(status.proxy)
    trust = ssl.create_default_context(cafile=status.ca_file)
    connection = http.client.HTTPSConnection(proxy.hostname or "127.0.0.1", proxy.port, context=trust, timeout=ANSWER_S)
    connection.set_tunnel(PROVIDER, 443)
    body = {"model": "gpt-demo", "stream": True, "messages": [{"role": "user", "content": text}]}
    headers = {"content-type": "application/json", "authorization": "Bearer demo"}
    try:
        connection.request("POST", "/v1/chat/completions", json.dumps(body), headers)
        response = connection.getresponse()
        answer = response.read().decode()
    finally:
        connection.close()
    if response.status != 200:
        raise ConnectionError(f"the request was answered with {response.status}: {answer}")
    return "".join(_deltas(answer))


def _deltas(stream: str) -> Iterator[str]:
    for data in re.findall(r"^data: (\{.*)$", stream, re.MULTILINE):
        for choice in json.loads(data)["choices"]:
            yield choice["delta"].get("content") or ""


def _seen(stand_in: StandIn) -> str:
    (call,) = stand_in.provider.calls
    seen: str = json.loads(call.body)["messages"][0]["content"]
    return seen


def _as_json(shown: Shown) -> str:
    found = {
        "sent": shown.sent,
        "seen_by_provider": shown.seen_by_provider,
        "received": shown.received,
        "leaked": list(shown.leaked),
        "ok": shown.ok,
    }
    return json.dumps(found, ensure_ascii=False, indent=2) + "\n"


def _as_text(shown: Shown, *, colour: bool) -> str:
    sent, seen = set(shown.sent.split()), set(shown.seen_by_provider.split())
    blocks = (
        ("Your program sends", shown.sent, sent - seen),
        ("The provider sees", shown.seen_by_provider, seen - sent),
        ("Your program receives", shown.received, set[str]()),
    )
    lines = []
    for title, text, changed in blocks:
        lines += [
            _shade(title, _BOLD, on=colour),
            *(_marked(line, changed, on=colour) for line in text.split("\n")),
            "",
        ]
    return "\n".join([*lines, _verdict(shown)]) + "\n"


def _verdict(shown: Shown) -> str:
    if shown.leaked:
        return f"FAILED: the provider saw {', '.join(shown.leaked)}."
    if not shown.ok:
        return "FAILED: the answer is not what the provider said, with the values back in place."
    return f"{len(VALUES)} values left as tokens only, and all of them came back.\n{_NEXT}"


_NEXT = "Now protect a real program: `maskwire up`, then `maskwire exec -- COMMAND`."


_BOLD, _GREEN = "1", "32"


def _marked(line: str, words: set[str], *, on: bool) -> str:
    return "  " + " ".join(_shade(word, _GREEN, on=on and word in words) for word in line.split(" "))


def _shade(text: str, code: str, *, on: bool) -> str:
    return f"\x1b[{code}m{text}\x1b[0m" if on else text
