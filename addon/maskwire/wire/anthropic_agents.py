"""Anthropic's managed agents: sessions and their events, agents, memories, skills. Sans-IO.

Events arrive whole, not in deltas. Source: the anthropic SDK 2.12.0 (beta sessions, memory stores, skills).
"""

from collections.abc import Iterator
from functools import partial

from maskwire.stream.channels_flat import FlatScript
from maskwire.wire import uploads
from maskwire.wire.anthropic import refuse_stream
from maskwire.wire.json_format import JsonFormat
from maskwire.wire.refusals import Shape
from maskwire.wire.row import Row
from maskwire.wire.rules import rules

_TOOLS = "agent.tool_use|agent.mcp_tool_use|agent.custom_tool_use|tool_use|mcp_tool_use"

EVENTS = JsonFormat(
    rules(
        keep="**<thinking>.thinking **.authorization_token",
        sealed="**.signature **<redacted_thinking>.data **.encrypted_content",
        id="""
            **.type **.role **.id **.model **.media_type **.tool_use_id **.file_id **.agent **.agent_id **.version
            **.environment_id **.skill_id **.custom_tool_use_id **.cache_control.* betas[] **.vault_ids[]
        """,
        image="**<image>.source.data",
        file="**<document>.source<base64>.data",
        call=f"**<{_TOOLS}>.input",
        free="**.metadata",
        schema="**.tools[].input_schema",
    ),
    rules(
        keep="**<thinking> **<redacted_thinking> **.signature **.encrypted_content **.id **.type **.model **.usage",
        call=f"**<{_TOOLS}>.input",
        free="**.metadata",
    ),
    script=partial(FlatScript, {}, done=frozenset()),
    refuse_stream=refuse_stream,
)

_SDK = "anthropic 2.12.0 models and client"
_PATHS = (
    *("sessions", "sessions/{id}", "sessions/{id}/events", "agents", "agents/{id}", "environments"),
    *("environments/{id}", "memory_stores", "memory_stores/{id}", "memory_stores/{id}/{rest...}", "skills/{id}"),
)


def _rows() -> Iterator[Row]:
    row = partial(Row, providers=("anthropic",), shape=Shape.ANTHROPIC, validated=_SDK)
    yield row("anthropic.skills", methods="POST", path="/v1/skills", format=uploads.UPLOAD)
    yield row("anthropic.skills", methods="POST", path="/v1/skills/{id}/versions", format=uploads.UPLOAD)
    yield row(
        "anthropic.sessions.stream", methods="GET", path="/v1/sessions/{id}/events/stream", format=EVENTS, streamed=True
    )
    for path in _PATHS:
        yield row(
            f"anthropic.{path.partition('/')[0]}", methods="POST PATCH PUT GET", path=f"/v1/{path}", format=EVENTS
        )


ROWS = tuple(_rows())
