"""Gemini generateContent, its streams and token counting. Sans-IO.

The API takes ``camelCase`` and ``snake_case`` keys alike. Source: https://ai.google.dev/api/generate-content
"""

from maskwire.errors import BlockedError
from maskwire.stream.channels_gemini import GeminiScript
from maskwire.wire.json_format import JsonFormat, Turns
from maskwire.wire.refusals import Shape
from maskwire.wire.row import Row
from maskwire.wire.rules import rules

_MEDIA = "image/*|audio/*|video/*"
_INLINE = "**.inlineData|inline_data"
_DECLARED = "**.functionDeclarations|function_declarations[]"

REQUEST = rules(
    keep="**.thoughtSignature|thought_signature",
    id=f"""
        model **.role **.mimeType|mime_type **.fileUri|file_uri **.cachedContent|cached_content
        **.functionCall|function_call.id|name **.functionResponse|function_response.id|name
        **.toolCall|tool_call.id|toolType **.toolResponse|tool_response.id|toolType
        {_DECLARED}.name **.functionCallingConfig|function_calling_config.** **.language **.outcome
        **.stopSequences|stop_sequences[] **.labels.* **.safetySettings|safety_settings[].*
        **.responseMimeType|response_mime_type **.responseModalities|response_modalities[]
        **.mediaResolution|media_resolution **.thinkingConfig|thinking_config.* **.voiceName|voice_name
        **.behavior **.scheduling project user_prompt_id **.session_id request.id
    """,
    image=f"{_INLINE}<mimeType={_MEDIA}>.data {_INLINE}<mime_type={_MEDIA}>.data",
    file=f"{_INLINE}.data",
    call="**.functionCall|function_call.args **.toolCall|tool_call.args",
    result="**.codeExecutionResult|code_execution_result.output",
    free="**.functionResponse|function_response.response **.toolResponse|tool_response.response",
    schema=f"""
        {_DECLARED}.parameters|parametersJsonSchema|parameters_json_schema
        {_DECLARED}.response|responseJsonSchema|response_json_schema
        **.responseSchema|response_schema **.responseJsonSchema|response_json_schema
    """,
)

RESPONSE = rules(
    keep="""
        **.thoughtSignature **.parts[]<thought=true><+thoughtSignature>.text **.inlineData.data **.responseId
        **.modelVersion **.usageMetadata **.logprobsResult **.functionCall.id|name traceId
    """,
    call="**.functionCall.args",
)


def refuse_stream(error: BlockedError) -> bytes:
    """Return the event that google-genai raises from."""
    return f"data: {Shape.GOOGLE.event(error)}\n\n".encode()


TURNS = Turns("contents", frozenset({"model"}))
FORMAT = JsonFormat(REQUEST, RESPONSE, turns=TURNS, script=GeminiScript, refuse_stream=refuse_stream)

_SDK = "google-genai 3.4.0 models and client"


def _rows() -> tuple[Row, ...]:
    actions = (("generate", "generateContent"), ("stream", "streamGenerateContent"), ("count_tokens", "countTokens"))
    return tuple(
        Row(
            f"gemini.{name}",
            ("google",),
            "POST",
            f"/{version}/{kind}/{{model}}:{action}",
            FORMAT,
            shape=Shape.GOOGLE,
            validated=_SDK,
            streamed=name == "stream",
        )
        for version in ("v1", "v1beta", "v1alpha")
        for kind in ("models", "tunedModels")
        for name, action in actions
    )


ROWS = _rows()
