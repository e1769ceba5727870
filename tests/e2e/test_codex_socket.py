"""The Codex CLI over its WebSocket: of a prompt with every kind of value none arrives, and all come back."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread
from typing import Any

from websockets.sync.server import ServerConnection, serve

from maskwire_daemon.standin.leaks import leaks
from maskwire_daemon.standin.server import StandIn, running
from maskwire_daemon.standin.tls import ThrowawayAuthority
from tests.e2e.lab import Home, run_under, running_daemon
from tests.e2e.planted import ALL, PROMPT
from tests.e2e.test_codex import QUIET, codex

__all__ = ["codex"]

HOST = "api.openai.com"


@dataclass
class SocketStandIn:
    """A provider that speaks Responses over WebSockets alone, and says the last text of each request again."""

    address: str = ""
    pem: str = ""
    heard: list[str] = field(default_factory=list)

    def speak(self, ws: ServerConnection) -> None:
        for message in ws:
            assert isinstance(message, str)
            self.heard.append(message)
            asked = json.loads(message)
            for number, event in enumerate([created(), *self.events(asked)]):
                ws.send(json.dumps({**event, "sequence_number": number}))

    def events(self, asked: dict[str, Any]) -> Iterator[dict[str, object]]:
        texts = [p["text"] for item in asked.get("input", []) for p in item.get("content", []) if "text" in p]
        return answer("" if asked.get("generate") is False else texts[-1])


RESPONSE = {"id": "resp_1", "object": "response", "created_at": 0, "model": "x", "tools": [], "tool_choice": "auto"}


def created() -> dict[str, object]:
    return {"type": "response.created", "response": {**RESPONSE, "status": "in_progress", "output": []}}


def completed(output: list[dict[str, object]]) -> dict[str, object]:
    usage = {"input_tokens": 1, "output_tokens": 1, "total_tokens": 2}
    done = {**RESPONSE, "status": "completed", "output": output, "usage": usage}
    return {"type": "response.completed", "response": done}


def answer(text: str) -> Iterator[dict[str, object]]:
    """Yield the events of an answer, its text three characters a piece; none for an empty text."""
    item = {"id": "m", "type": "message", "role": "assistant", "status": "completed"}
    done: dict[str, object] = {**item, "content": [{"type": "output_text", "text": text, "annotations": []}]}
    place = {"item_id": "m", "output_index": 0, "content_index": 0}
    if text:
        yield {"type": "response.output_item.added", "output_index": 0, "item": {**item, "content": []}}
        for start in range(0, len(text), 3):
            yield {"type": "response.output_text.delta", **place, "delta": text[start : start + 3]}
        yield {"type": "response.output_text.done", **place, "text": text}
        yield {"type": "response.output_item.done", "output_index": 0, "item": done}
    yield completed([done] if text else [])


@contextmanager
def speaking[T: SocketStandIn](stand_in: T) -> Iterator[T]:
    authority = ThrowawayAuthority()
    stand_in.pem = authority.pem
    with serve(stand_in.speak, "127.0.0.1", 0, ssl=authority.server_context(), max_size=None) as server:
        stand_in.address = f"127.0.0.1:{server.socket.getsockname()[1]}"
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield stand_in
        server.shutdown()
        thread.join(20)


def test_codex_finishes_a_prompt_over_its_socket(codex: Path, tmp_path: Path) -> None:
    home = Home.at(tmp_path)
    with speaking(SocketStandIn()) as stand_in, running(StandIn()) as others:
        home.configure({HOST: stand_in, "chatgpt.com": others})
        with running_daemon(home) as daemon:
            settings = [word for setting in QUIET for word in ("-c", setting)]
            command = [str(codex), "exec", "--skip-git-repo-check", *settings, PROMPT]
            ran = run_under(home, command, {"CODEX_API_KEY": "sk-test"})
            events = [event for event in daemon.wait_events(2, 0) if event.raw["method"] == "WEBSOCKET"]

    assert ran.returncode == 0, ran.stderr.decode(errors="replace")
    assert PROMPT.strip() in ran.stdout.decode().replace("\r\n", "\n"), os.fsdecode(ran.stderr)
    assert leaks(ALL, "\n".join(stand_in.heard).encode()) == []
    assert "masked" in [event.outcome for event in events]
