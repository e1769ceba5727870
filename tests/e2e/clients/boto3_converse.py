# /// script
# requires-python = ">=3.12"
# dependencies = ["boto3==1.44.5"]
#
# [tool.uv]
# exclude-newer = "2026-11-21T00:00:00Z"
# ///
"""Bedrock's Converse and ConverseStream by ``boto3``, with whatever credentials its environment holds."""

import json
from typing import Any

import boto3

from tests.e2e.clients.conversation import PARAMETERS, SYSTEM, TOOL
from tests.e2e.clients.talk import Call, Said, talk

TOOLS = {"tools": [{"toolSpec": {"name": TOOL, "inputSchema": {"json": PARAMETERS}}}]}


class Converse:
    def __init__(self, streamed: bool) -> None:
        self._client = boto3.client("bedrock-runtime")
        self._streamed = streamed
        self._turns: list[Any] = []

    def user(self, text: str) -> None:
        self._turns.append({"role": "user", "content": [{"text": text}]})

    def result(self, call: Call, text: str) -> None:
        block = {"toolResult": {"toolUseId": call.id, "content": [{"text": text}]}}
        self._turns.append({"role": "user", "content": [block]})

    def ask(self) -> Said:
        ask: Any = {"modelId": "eu.anthropic.claude-sonnet-5-v1:0", "system": [{"text": SYSTEM}], "toolConfig": TOOLS}
        if self._streamed:
            content = _gathered(self._client.converse_stream(messages=self._turns, **ask)["stream"])
        else:
            content = self._client.converse(messages=self._turns, **ask)["output"]["message"]["content"]
        self._turns.append({"role": "assistant", "content": content})
        uses = [block["toolUse"] for block in content if "toolUse" in block]
        text = "".join(block.get("text", "") for block in content)
        return Said(text, [Call(use["toolUseId"], use["name"], use["input"]) for use in uses])


def _gathered(events: Any) -> list[Any]:
    """Return the blocks of a streamed message; botocore checks the sums of every frame."""
    blocks: dict[int, Any] = {}
    for event in events:
        if start := event.get("contentBlockStart"):
            blocks[start["contentBlockIndex"]] = {"toolUse": {**start["start"]["toolUse"], "input": ""}}
        if delta := event.get("contentBlockDelta"):
            block = blocks.setdefault(delta["contentBlockIndex"], {"text": ""})
            if "toolUse" in block:
                block["toolUse"]["input"] += delta["delta"]["toolUse"]["input"]
            else:
                block["text"] += delta["delta"]["text"]
    for block in blocks.values():
        if "toolUse" in block:
            block["toolUse"]["input"] = json.loads(block["toolUse"]["input"])
    return list(blocks.values())


if __name__ == "__main__":
    talk("boto3", Converse)
