"""Anthropic Messages and token counting. Sans-IO.

Thinking, redacted thinking and compaction are bound to signatures: they are never edited, in neither
direction. Source: https://docs.anthropic.com/en/api/messages
"""

import re

from maskwire.errors import BlockedError
from maskwire.stream.channels_anthropic import AnthropicScript
from maskwire.wire.json_format import JsonFormat, Turns
from maskwire.wire.refusals import Shape
from maskwire.wire.row import Row
from maskwire.wire.rules import rules

_CALLS = "tool_use|server_tool_use|mcp_tool_use"

_BILLING = re.compile(r"x-anthropic-billing-header:[A-Za-z0-9 _.:;=-]{0,400}")
"""A system block that Claude Code signs over (``cch``): editing it would break the signature."""

REQUEST = rules(
    keep="""
        messages[].content[]<thinking|redacted_thinking|compaction> **.cache_control
        **.signature **.encrypted_content **.encrypted_index **.encrypted_stdout **.fallback_credit_token
        mcp_servers[].authorization_token mcp_servers[].url
    """,
    id=f"""
        model anthropic_version anthropic_beta anthropic_beta[] betas[] service_tier container container.id
        metadata.user_id inference_geo speed stop_sequences[] thinking.display diagnostics.** thread.**
        output_config.effort
        tool_choice.** mcp_servers[].name **.type **.role **.id **.tool_use_id **.file_id **.media_type
        messages[].content[]<{_CALLS}>.name messages[].content[]<{_CALLS}>.server_name **.toolset_name
        messages[].content[].content[]<tool_reference>.tool_name
        tools[].name tools[].mcp_server_name tools[].allowed_callers[] **.error_code
    """,
    image="**<image>.source<base64>.data",
    file="**<document>.source<base64>.data **.source<base64>.data",
    call=f"**<{_CALLS}>.input",
    result="**<tool_result|mcp_tool_result>.content",
    free="tools[].input_examples[]",
    schema="tools[].input_schema output_format.schema output_config.format.schema",
)

RESPONSE = rules(
    keep="""
        **<thinking> **<redacted_thinking> **<compaction> **<thinking_delta> **<signature_delta>
        **<compaction_delta> **.signature **.encrypted_content **.encrypted_index **.encrypted_stdout
        **.type **.role **.stop_reason **.usage **.id **.model **.tool_use_id **.source<base64>.data
    """,
    call=f"**<{_CALLS}>.input",
)


def refuse_stream(error: BlockedError) -> bytes:
    """Return the error event that Anthropic's SDKs raise from."""
    return f"event: error\ndata: {Shape.ANTHROPIC.event(error)}\n\n".encode()


FORMAT = JsonFormat(
    REQUEST,
    RESPONSE,
    turns=Turns("messages", frozenset({"assistant"})),
    script=AnthropicScript,
    intact=_BILLING,
    refuse_stream=refuse_stream,
)

_SDK = "anthropic 2.12.0 models and client, Claude Code 2.1.330"

ROWS = (
    Row(
        "anthropic.messages",
        ("anthropic",),
        "POST",
        "/v1/messages",
        FORMAT,
        shape=Shape.ANTHROPIC,
        validated=_SDK,
        streamed=True,
    ),
    Row(
        "anthropic.count_tokens",
        ("anthropic",),
        "POST",
        "/v1/messages/count_tokens",
        FORMAT,
        shape=Shape.ANTHROPIC,
        validated=_SDK,
    ),
)
