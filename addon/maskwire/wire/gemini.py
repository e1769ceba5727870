"""Gemini generateContent, its streams and token counting. Sans-IO.

The API takes ``camelCase`` and ``snake_case`` keys alike. Source: https://ai.google.dev/api/generate-content
"""

from collections.abc import Iterator, Mapping
from functools import partial

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
    sealed="**.thoughtSignature|thought_signature",
    id=f"""
        model requests[].model **.role **.mimeType|mime_type **.fileUri|file_uri **.cachedContent|cached_content
        **.functionCall|function_call.id|name **.functionResponse|function_response.id|name
        **.toolCall|tool_call.id|toolType **.toolResponse|tool_response.id|toolType
        {_DECLARED}.name **.functionCallingConfig|function_calling_config.** **.language **.outcome
        **.stopSequences|stop_sequences[] **.labels.* **.safetySettings|safety_settings[].*
        **.responseMimeType|response_mime_type **.responseModalities|response_modalities[]
        **.mediaResolution|media_resolution **.thinkingConfig|thinking_config.* **.voiceName|voice_name
        **.behavior **.scheduling project user_prompt_id **.session_id request.id ttl **.taskType|task_type expireTime
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
        **.role **.finishReason **.safetyRatings **.modelVersion **.usageMetadata **.logprobsResult
        **.functionCall.id|name traceId
    """,
    call="**.functionCall.args",
)


def refuse_stream(error: BlockedError) -> bytes:
    """Return the event that google-genai raises from."""
    return f"data: {Shape.GOOGLE.event(error)}\n\n".encode()


FORMAT = JsonFormat(
    REQUEST, RESPONSE, turns=Turns("contents", frozenset({"model"})), script=GeminiScript, refuse_stream=refuse_stream
)
WRAPPED = JsonFormat(
    REQUEST,
    RESPONSE,
    turns=Turns("request.contents", frozenset({"model"})),
    script=partial(GeminiScript, "response"),
    refuse_stream=refuse_stream,
)
"""Code Assist: the same bodies, one level down."""

VECTORS = JsonFormat(REQUEST, RESPONSE, answers=False)

_SDK = "google-genai 3.4.0 models and client"
_CLI = "wrapper read in Gemini CLI 0.61.0, bodies by google-genai 3.4.0"

_ACTIONS: Mapping[str, tuple[str, JsonFormat]] = {
    "generateContent": ("generate", FORMAT),
    "streamGenerateContent": ("stream", FORMAT),
    "countTokens": ("count_tokens", FORMAT),
    "embedContent": ("embed", VECTORS),
    "batchEmbedContents": ("embed", VECTORS),
    "predict": ("predict", FORMAT),
    "predictLongRunning": ("predict", FORMAT),
    "batchGenerateContent": ("batch", FORMAT),
    "asyncBatchEmbedContent": ("batch", FORMAT),
    "computeTokens": ("count_tokens", VECTORS),
}

_PLACES: Mapping[str, tuple[str, ...]] = {
    "google": ("/{version}/models", "/{version}/tunedModels"),
    "vertex": (
        "/{version}/projects/{project}/locations/{location}/publishers/google/models",
        "/{version}/publishers/google/models",
        "/{version}/projects/{project}/locations/{location}/endpoints",
    ),
}


def _row(name: str, provider: str, route: str, reads: JsonFormat) -> Row:
    """Return the row of a route such as ``POST GET /v1/…``."""
    methods, _, path = route.rpartition(" ")
    return Row(
        f"{provider}.{name}",
        (provider,),
        methods,
        path,
        reads,
        shape=Shape.GOOGLE,
        validated=_CLI if provider == "code-assist" else _SDK,
        streamed="stream" in path,
    )


def _rows() -> Iterator[Row]:
    for provider, places in _PLACES.items():
        for place in places:
            for action, (name, reads) in _ACTIONS.items():
                yield _row(name, provider, f"POST {place}/{{model}}:{action}", reads)
    for place in ("", "/projects/{project}/locations/{location}"):
        for provider in ("google", "vertex"):
            yield _row("cache", provider, f"POST GET /{{version}}{place}/cachedContents", FORMAT)
            yield _row("cache", provider, f"GET PATCH /{{version}}{place}/cachedContents/{{id}}", FORMAT)
    yield _row("live.tokens", "google", "POST /{version}/auth_tokens", FORMAT)
    yield _row("stores", "google", "POST GET /{version}/fileSearchStores", FORMAT)
    yield _row("stores", "google", "POST GET /{version}/fileSearchStores/{id}/{rest...}", FORMAT)
    for action in ("generateContent", "streamGenerateContent", "countTokens"):
        yield _row(_ACTIONS[action][0], "code-assist", f"POST /v1internal:{action}", WRAPPED)


ROWS = tuple(_rows())
