"""OpenAI Responses: items in, items out; also counting, compacting and reading back. Sans-IO.

Source: https://platform.openai.com/docs/api-reference/responses
"""

import json

from maskwire.errors import BlockedError
from maskwire.stream.channels_responses import ResponsesScript
from maskwire.stream.script import Json
from maskwire.wire.json_format import JsonFormat, Turns
from maskwire.wire.refusals import sentence
from maskwire.wire.row import Row
from maskwire.wire.rules import rules

_ANSWERS = frozenset(
    {
        *("assistant", "reasoning", "function_call", "custom_tool_call", "shell_call", "local_shell_call"),
        *("apply_patch_call", "mcp_call", "mcp_approval_request", "mcp_list_tools", "code_interpreter_call"),
        *("web_search_call", "file_search_call", "computer_call", "image_generation_call", "tool_search_call"),
        *("program", "compaction", "compaction_summary"),
    }
)
"""Roles and types of the items that the model, or a tool of the provider, wrote."""

REQUEST = rules(
    keep="""
        input|items[]<program>.code **.tools[].format.definition **.tools[].authorization **.tools[].headers
        **.tools[].server_url **.domain_secrets
    """,
    sealed="**.encrypted_content **.fingerprint input|items[]<image_generation_call>.result",
    id="""
        client_metadata.** model previous_response_id conversation conversation.id prompt.id prompt.version
        prompt_cache_key prompt_cache_retention safety_identifier user service_tier truncation include[]
        tool_choice tool_choice.**
        reasoning.effort reasoning.summary text.verbosity text.format.type text.format.name
        **.type **.role **.id **.call_id **.status **.phase **.detail **.file_id **.container_id
        **.approval_request_id **.server_label **.vector_store_ids[] **.require_approval **.connector_id
        **.execution **.memory_limit **.environment
        input|items[]<function_call|custom_tool_call|mcp_call|mcp_approval_request|function_call_output>.name
        input|items[]<function_call|custom_tool_call>.namespace
        **.tools[].name **.allowed_tools[] **.tools[].format.syntax
    """,
    image="""
        **<input_image>.image_url **<computer_screenshot>.image_url **<input_audio>.input_audio.data
        **<input_audio>.data
    """,
    file="**<input_file>.file_data **<input_file>.file_url",
    call="""
        input|items[]<function_call|mcp_call|mcp_approval_request|tool_search_call>.arguments
    """,
    input="input|items[]<custom_tool_call>.input input|items[]<code_interpreter_call>.code",
    result="""
        input|items[]<function_call_output|custom_tool_call_output|local_shell_call_output>.output
        input|items[]<apply_patch_call_output|mcp_call|shell_call_output|tool_search_output>.output
        input|items[]<program_output>.result
    """,
    free="metadata **.action.env input|items[]<file_search_call>.results[].attributes",
    schema="**.tools[].parameters text.format.schema **.tools[].output_schema **.tools[].input_schema",
)

RESPONSE = rules(
    keep="""
        **.encrypted_content **.fingerprint **<program>.code **<compaction|compaction_summary>
        **<image_generation_call>.result **.partial_image_b64 **.logprobs **.usage obfuscation
        **.type **.role **.status **.id **.item_id **.call_id **.object **.model **.previous_response_id
        **.prompt_cache_key **<response.audio.delta>.delta **.authorization
    """,
    call="""
        **<function_call|mcp_call|mcp_approval_request|tool_search_call>.arguments
        **<response.function_call_arguments.done|response.mcp_call_arguments.done>.arguments
    """,
    input="**<custom_tool_call>.input **<response.custom_tool_call_input.done>.input",
    free="**.metadata **.action.env",
)


def refuse_stream(error: BlockedError) -> bytes:
    """Return the two events at which Codex and Copilot stop with the message, without a retry."""
    answer: Json = {
        "id": "resp_maskwire",
        "object": "response",
        "created_at": 0,
        "model": "",
        "output": [],
        "parallel_tool_calls": True,
        "tool_choice": "auto",
        "tools": [],
    }
    problem = {"code": "invalid_prompt", "message": sentence(error)}
    created: Json = {"response": {**answer, "status": "in_progress"}}
    failed: Json = {"response": {**answer, "status": "failed", "error": problem}}
    events = (("response.created", created), ("response.failed", failed))
    return "".join(
        f"event: {name}\ndata: {json.dumps({'type': name, 'sequence_number': number, **event})}\n\n"
        for number, (name, event) in enumerate(events)
    ).encode()


FORMAT = JsonFormat(
    REQUEST,
    RESPONSE,
    seals=True,
    turns=Turns("input", _ANSWERS, frozenset({"previous_response_id", "conversation"})),
    script=ResponsesScript,
    refuse_stream=refuse_stream,
)

_SDK = "openai 2.54.0 models and client"

ROWS = (
    Row("openai.responses", ("openai",), "POST", "/v1/responses", FORMAT, validated=_SDK, streamed=True),
    Row("openai.responses.tokens", ("openai",), "POST", "/v1/responses/input_tokens", FORMAT, validated=_SDK),
    Row("openai.responses.compact", ("openai",), "POST", "/v1/responses/compact", FORMAT, validated=_SDK),
    Row("openai.responses.stored", ("openai",), "GET", "/v1/responses/{id}", FORMAT, validated=_SDK, streamed=True),
    Row("openai.responses.items", ("openai",), "GET", "/v1/responses/{id}/input_items", FORMAT, validated=_SDK),
    Row("openai.responses.cancel", ("openai",), "POST", "/v1/responses/{id}/cancel", FORMAT, validated=_SDK),
)
