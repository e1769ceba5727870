"""A provider of coding agents over WebSockets: has the agent's shell keep what it was told, then says its output."""

import json
from collections.abc import Iterator
from typing import Any

from maskwire_daemon.standin.reply import said
from tests.e2e.test_codex_socket import SocketStandIn, answer, completed

KEPT, CASE = "kept.txt", "case.txt"
"""The file that the agent's shell writes what it was told to, and the one that it reads its result from."""


class CodingStandIn(SocketStandIn):
    """As ``SocketStandIn``, but calls the agent's ``exec`` before it answers, its script three characters a piece."""

    def events(self, asked: dict[str, Any]) -> Iterator[dict[str, object]]:
        last = (asked.get("input") or [{}])[-1]
        if asked.get("generate") is False:
            return answer("")
        if last.get("type") == "custom_tool_call_output":
            return answer(said(last))
        return _call(script(said(last)))


def script(text: str) -> str:
    """Return JavaScript that keeps ``text`` by way of a shell, and shows what the case's file holds."""
    command = f"cat > {KEPT} <<'END'\n{text}\nEND\ncat {CASE}"
    return f"const ran = await tools.exec_command({json.dumps({'cmd': command})});\ntext(ran.output);\n"


def _call(source: str) -> Iterator[dict[str, object]]:
    place = {"item_id": "ctc_1", "output_index": 0}
    item = {"type": "custom_tool_call", "id": "ctc_1", "call_id": "call_1", "namespace": "functions", "name": "exec"}
    done: dict[str, object] = {**item, "input": source, "status": "completed"}
    yield {"type": "response.output_item.added", "output_index": 0, "item": {**item, "input": ""}}
    for start in range(0, len(source), 3):
        yield {"type": "response.custom_tool_call_input.delta", **place, "delta": source[start : start + 3]}
    yield {"type": "response.custom_tool_call_input.done", **place, "input": source}
    yield {"type": "response.output_item.done", "output_index": 0, "item": done}
    yield completed([done])
