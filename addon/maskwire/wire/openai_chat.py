"""OpenAI chat completions, and the many hosts that speak them. Sans-IO.

Source: https://platform.openai.com/docs/api-reference/chat
"""

from maskwire.errors import BlockedError
from maskwire.stream.channels_chat import ChatScript
from maskwire.wire.json_format import JsonFormat, Turns
from maskwire.wire.refusals import Shape
from maskwire.wire.row import Row
from maskwire.wire.rules import rules

REQUEST = rules(
    keep="""
        messages[]<role=assistant>.reasoning_details[].text|summary
        data_sources[].parameters.authentication tools[].custom.format.grammar logit_bias
    """,
    sealed="""
        **.encrypted_content messages[].reasoning_opaque messages[].content[]<thinking>.signature
        messages[].reasoning_details[].data|signature
    """,
    id="""
        **.cache_control.* **.copilot_cache_control.*
        model models[] user safety_identifier prompt_cache_key prompt_cache_retention service_tier
        reasoning_effort verbosity stop stop[] modalities[] tool_choice tool_choice.** function_call.name
        messages[].reasoning_details[].id|type|format messages[].audio.id
        messages[].role messages[].tool_call_id messages[]<role=tool|function>.name
        messages[].tool_calls[].id messages[].tool_calls[].type messages[].tool_calls[].function.name
        messages[].tool_calls[].custom.name messages[].function_call.name
        messages[].content[].type messages[].content[].file.file_id messages[].content[].input_audio.format
        messages[].content[].image_url.detail messages[].content[].id
        tools[].type tools[].function.name tools[].custom.name tools[].custom.format.type functions[].name
        response_format.type response_format.json_schema.name prediction.type audio.voice audio.format
        web_search_options.search_context_size web_search_options.user_location.type
        reasoning.effort reasoning.summary reasoning_format thinking.type include[] plugins[].id transforms[]
    """,
    image="""
        messages[].content[].image_url messages[].content[].image_url.url messages[].content[].input_audio.data
        messages[].content[].video_url messages[].content[].video_url.url
    """,
    file="messages[].content[].file.file_data messages[].content[].document_url",
    call="messages[].tool_calls[].function.arguments messages[].function_call.arguments",
    input="messages[].tool_calls[].custom.input",
    result="messages[]<role=tool|function>.content messages[]<role=tool|function>.content[].text",
    free="metadata documents[].data",
    schema="""
        tools[].function.parameters functions[].parameters response_format.json_schema.schema
        response_format.schema tools[].parameters
    """,
)

RESPONSE = rules(
    keep="""
        id object model system_fingerprint service_tier usage
        **.logprobs **.reasoning_details **.reasoning_opaque **.encrypted_content **.signature **.b64_json
        choices[].message|delta.tool_calls[].id|type choices[].message|delta.audio.data|id
        choices[].message|delta.tool_calls[].function|custom.name choices[].message|delta.function_call.name
        choices[].message|delta.role choices[].message|delta.content[].type choices[].finish_reason
        choices[].message|delta.content[]<thinking><+signature>
    """,
    call="""
        choices[].message|delta.tool_calls[].function.arguments choices[].message|delta.function_call.arguments
    """,
    input="choices[].message|delta.tool_calls[].custom.input",
    free="metadata",
)


def refuse_stream(error: BlockedError) -> bytes:
    """Return a chunk that makes OpenAI's SDKs raise, and the end of the stream."""
    return f"data: {Shape.OPENAI.event(error)}\n\n".encode()


FORMAT = JsonFormat(
    REQUEST,
    RESPONSE,
    turns=Turns("messages", frozenset({"assistant"})),
    script=ChatScript,
    refuse_stream=refuse_stream,
)

_SDK = "openai 2.54.0 models and client"

ROWS = (
    Row("openai.chat", ("openai",), "POST", "/v1/chat/completions", FORMAT, validated=_SDK, streamed=True),
    Row("openai.chat.stored", ("openai",), "GET", "/v1/chat/completions/{id}", FORMAT, validated=_SDK),
    Row("openai.chat.stored", ("openai",), "GET", "/v1/chat/completions/{id}/messages", FORMAT, validated=_SDK),
)
