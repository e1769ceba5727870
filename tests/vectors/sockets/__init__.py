"""Recorded messages of WebSockets, one file for each conversation; see the README one level up."""

import json
from pathlib import Path

_ROOT = Path(__file__).parent

_PLACES = {
    "codex_responses_ws": ("api.openai.com", "/v1/responses"),
    "openai_realtime_ws": ("api.openai.com", "/v1/realtime?model=gpt-realtime"),
    "gemini_live_ws": (
        "generativelanguage.googleapis.com",
        "/ws/google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent",
    ),
    "chatgpt_web_ws": ("ws.chatgpt.com", "/p1/ws/user/user-1?verify=1"),
    "ms_copilot_web": ("copilot.microsoft.com", "/c/api/chat?api-version=2"),
}
TOPICS = "chatgpt_web_ws"
"""Its messages are arrays; those of ``SOCKETS`` are objects."""

SOCKETS = tuple(name for name in _PLACES if name != TOPICS)


def place(name: str) -> tuple[str, str]:
    """Return host and path of a conversation."""
    return _PLACES[name]


def recorded(name: str, direction: str) -> list[str]:
    """Return the messages of one direction (``c2s``, ``s2c``) as JSON texts."""
    lines = map(json.loads, Path(_ROOT, f"{name}.jsonl").read_text().splitlines())
    return [json.dumps(line["json"], ensure_ascii=False) for line in lines if line["dir"] == direction]
