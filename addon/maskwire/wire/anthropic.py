"""Anthropic Messages and token counting. Sans-IO.

Thinking, redacted thinking and compaction are bound to signatures: they are never edited, in neither
direction. Source: https://docs.anthropic.com/en/api/messages
"""

import re
from dataclasses import replace

from maskwire.errors import BlockedError
from maskwire.stream.channels_anthropic import AnthropicScript
from maskwire.wire.json_format import JsonFormat, Turns
from maskwire.wire.refusals import Shape
from maskwire.wire.row import Row
from maskwire.wire.rules import Rules, rules

_CALLS = "tool_use|server_tool_use|mcp_tool_use"

_BILLING = re.compile(r"x-anthropic-billing-header:[A-Za-z0-9 _.:;=-]{0,400}")
"""A system block that Claude Code signs over (``cch``): editing it would break the signature."""

_WORDS = (
    *("model", "anthropic_version", "anthropic_beta", "anthropic_beta[]", "betas[]", "service_tier", "container"),
    *("container.id", "metadata.user_id", "inference_geo", "speed", "stop_sequences[]", "thinking.display"),
    *("diagnostics.**", "thread.**", "output_config.effort", "tool_choice.**", "mcp_servers[].name"),
    *("tools[].name", "tools[].mcp_server_name", "tools[].allowed_callers[]"),
    *(f"messages[].content[]<{_CALLS}>.name|server_name", "messages[].content[].content[]<tool_reference>.tool_name"),
)
"""Ids and protocol words of a messages body."""


def _request(at: str = "") -> Rules:
    """Return the rules of a messages body that stands at the pattern ``at``."""
    words = " ".join(at + word for word in _WORDS)
    return rules(
        keep=f"""
            {at}messages[]<role=assistant>.content[]<thinking>.thinking
            {at}messages[]<role=assistant>.content[]<compaction>.content|tool_changes
            {at}mcp_servers[].authorization_token {at}mcp_servers[].url
        """,
        sealed=f"""
            **.signature **.encrypted_content **.encrypted_index **.encrypted_stdout **.fallback_credit_token
            {at}messages[]<role=assistant>.content[]<redacted_thinking>.data
        """,
        id=f"""
            **.cache_control.* {words} requests[].custom_id **.type **.role **.id **.tool_use_id **.file_id
            **.media_type **.toolset_name **.error_code
        """,
        image="**<image>.source<base64>.data",
        file="**<document>.source<base64>.data **.source<base64>.data",
        call=f"{at}messages[].content[]<{_CALLS}>.input",
        result="**<tool_result|mcp_tool_result>.content",
        free=f"{at}tools[].input_examples[]",
        schema=f"{at}tools[].input_schema {at}output_format.schema {at}output_config.format.schema",
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
    _request(),
    RESPONSE,
    turns=Turns("messages", frozenset({"assistant"})),
    script=AnthropicScript,
    intact=_BILLING,
    refuse_stream=refuse_stream,
)

BATCHES = replace(FORMAT, request=_request("requests[].params."), turns=None)
"""Requests that are answered later: each is a messages body; results come as JSON lines."""

_SDK = "anthropic 2.12.0 models and client, Claude Code 2.1.330"


def _row(name: str, methods: str, path: str, reads: JsonFormat, *, streamed: bool = False) -> Row:
    return Row(
        f"anthropic.{name}",
        ("anthropic",),
        methods,
        path,
        reads,
        shape=Shape.ANTHROPIC,
        validated=_SDK,
        streamed=streamed,
    )


ROWS = (
    _row("messages", "POST", "/v1/messages", FORMAT, streamed=True),
    _row("complete", "POST", "/v1/complete", FORMAT, streamed=True),
    _row("count_tokens", "POST", "/v1/messages/count_tokens", FORMAT),
    _row("batches", "POST GET", "/v1/messages/batches", BATCHES),
    _row("batches", "GET", "/v1/messages/batches/{id}", BATCHES),
    _row("batches.results", "GET", "/v1/messages/batches/{id}/results", BATCHES, streamed=True),
    _row("batches.cancel", "POST", "/v1/messages/batches/{id}/cancel", BATCHES),
)
