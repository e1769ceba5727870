"""Conversations over WebSockets: which message is read how, and how each provider says no there. Sans-IO.

Every message of the client is a request of its own, read as the body of a POST would be.
Sources: https://platform.openai.com/docs/api-reference/realtime-client-events and https://ai.google.dev/api/live
"""

import json
from collections.abc import Callable
from dataclasses import dataclass

from maskwire.errors import BlockedError, Reason
from maskwire.stream.restorer import Restoration
from maskwire.stream.script import Script
from maskwire.stream.socket import MessageRestorer, SocketRestorer
from maskwire.stream.socket_scripts import CopilotScript, LiveScript, RealtimeScript
from maskwire.wire import openai_responses
from maskwire.wire.document import Document
from maskwire.wire.documents import JsonDocument
from maskwire.wire.json_format import JsonFormat
from maskwire.wire.jsonspan import Kind
from maskwire.wire.refusals import Shape, sentence
from maskwire.wire.row import Row
from maskwire.wire.rules import rules
from maskwire.wire.sse import SseSplitter
from maskwire.wire.web_shape import LIST, OBJECT, TEXT, VALIDATED, Expected, check

METHOD = "WEBSOCKET"
"""What stands as the method of these rows: a GET that asks to leave HTTP is no read."""

MAX_REASON = 123
"""Bytes of UTF-8 that the reason of a close frame may hold (RFC 6455, section 5.5.1)."""


@dataclass(frozen=True, slots=True)
class Farewell:
    """How a connection ends after a refusal: messages to the client, then the close frame."""

    messages: tuple[str, ...]
    code: int = 1000
    reason: str = ""


def _silent(error: BlockedError) -> Farewell:
    return Farewell((), 1008, shortened(sentence(error)))


def shortened(reason: str) -> str:
    """Return ``reason`` cut to what a close frame may hold."""
    return reason.encode()[:MAX_REASON].decode(errors="ignore")


@dataclass(frozen=True, slots=True)
class SocketFormat(JsonFormat):
    """The messages of a WebSocket, all of them JSON objects that look like ``shape``.

    ``opens`` are the values of ``type`` or ``event``, and the members, by which a message asks for an answer.
    """

    farewell: Callable[[BlockedError], Farewell] = _silent
    opens: frozenset[str] = frozenset()
    shape: tuple[Expected, ...] = ()

    def parse(self, body: bytes, content_type: str, *, allow_media: bool) -> Document:
        """Return the texts of a message of the client.

        Raises:
            BlockedError: it is not JSON of the known shape, or holds content that cannot be masked.
        """
        document = JsonFormat.parse(self, body, content_type, allow_media=allow_media)
        if isinstance(document, JsonDocument):
            if document.root.kind is not Kind.OBJECT:
                raise BlockedError(Reason.BODY_NOT_UNDERSTOOD, "the message is not a JSON object")
            check(document.root, self.shape)
        return document

    def is_request(self, message: bytes) -> bool:
        """Tell whether a message of the client asks for an answer."""
        try:
            found = json.loads(message)
        except ValueError:
            return False
        if not isinstance(found, dict):
            return False
        return not self.opens.isdisjoint({*found, str(found.get("type")), str(found.get("event"))})

    def messages(self, how: Restoration) -> SocketRestorer:
        """Return a restorer for what the provider says on one connection."""
        script: Callable[[], Script] | None = self.script
        assert script is not None  # every row of a socket has one
        return MessageRestorer(script, self.response, how)


def _responses_farewell(error: BlockedError) -> Farewell:
    frames = SseSplitter().feed(openai_responses.refuse_stream(error))
    return Farewell(tuple(frame.data for frame in frames if frame.data is not None))


def _realtime_farewell(error: BlockedError) -> Farewell:
    problem = {"type": "invalid_request_error", "code": "maskwire_blocked", "message": sentence(error), "param": None}
    return Farewell((json.dumps({"type": "error", "event_id": "event_maskwire", "error": problem}),))


def _copilot_farewell(error: BlockedError) -> Farewell:
    return Farewell((json.dumps({"event": "error", "errorCode": "maskwire-blocked", "message": sentence(error)}),))


RESPONSES = SocketFormat(
    openai_responses.REQUEST,
    openai_responses.RESPONSE,
    seals=True,
    turns=openai_responses.FORMAT.turns,
    script=openai_responses.FORMAT.script,
    farewell=_responses_farewell,
    opens=frozenset({"response.create"}),
    shape=(Expected("type", TEXT),),
)

REALTIME = SocketFormat(
    rules(
        id="""
            **.type **.role **.id **.object **.status **.model **.voice **.language **.eagerness
            **.call_id **.event_id **.item_id **.previous_item_id **.response_id **.approval_request_id
            **.modalities[] **.output_modalities[] session.include[] response.conversation **.truncation
            **.tool_choice **.tool_choice.** **.tools[].name **.input_audio_format **.output_audio_format
            **<function_call>.name **.server_label **.connector_id **.require_approval **.reasoning.effort
        """,
        keep="**.tools[].authorization **.tools[].headers **.tools[].server_url",
        image="""
            **<input_audio_buffer.append>.audio **<input_audio|audio|output_audio>.audio **<input_image>.image_url
        """,
        call="**<function_call|mcp_call|mcp_approval_request>.arguments",
        result="**<function_call_output|mcp_call>.output",
        free="**.metadata",
        schema="**.tools[].parameters",
    ),
    rules(
        keep="""
            **.type **.role **.id **.object **.status **.model **.voice **.call_id **.event_id **.item_id
            **.previous_item_id **.response_id **.conversation_id **.usage **.logprobs **.audio obfuscation
            **<response.audio.delta|response.output_audio.delta>.delta **.client_secret
        """,
        call="""
            **<function_call|mcp_call|mcp_approval_request>.arguments
            **<response.function_call_arguments.done|response.mcp_call_arguments.done>.arguments
        """,
        free="**.metadata",
    ),
    script=RealtimeScript,
    farewell=_realtime_farewell,
    opens=frozenset({"response.create"}),
    shape=(Expected("type", TEXT),),
)

LIVE = SocketFormat(
    rules(
        sealed="**.thoughtSignature",
        id="""
            setup.model **.role **.mimeType **.fileUri **.functionCall|functionResponses[].id|name **.voiceName
            **.functionResponse.id|name **.functionDeclarations[].name **.responseModalities[] **.mediaResolution
            **.languageCode **.sessionResumption.handle **.thinkingConfig.* **.behavior **.scheduling
            **.functionCallingConfig.** **.startOfSpeechSensitivity **.endOfSpeechSensitivity **.activityHandling
            **.turnCoverage
        """,
        image="**.audio|video|inlineData.data **.mediaChunks[].data",
        call="**.functionCall.args",
        free="**.functionResponses[].response **.functionResponse.response",
        schema="""
            **.functionDeclarations[].parameters|parametersJsonSchema
            **.functionDeclarations[].response|responseJsonSchema
        """,
    ),
    rules(
        keep="""
            **.thoughtSignature **.inlineData.data **.role **.usageMetadata **.functionCalls[].id|name
            **.functionCall.id|name setupComplete **.sessionResumptionUpdate toolCallCancellation goAway
        """,
        call="**.functionCalls[].args **.functionCall.args",
    ),
    turns=None,
    script=LiveScript,
    farewell=_silent,
    opens=frozenset({"setup", "clientContent", "toolResponse", "realtimeInput"}),
)

COPILOT = SocketFormat(
    rules(
        id="event conversationId **.type **.id **.messageId **.partId mode **.context.edge",
        image="**<image>.url **<image>.data",
    ),
    rules(keep="event conversationId **.messageId **.partId **.id **.type"),
    script=CopilotScript,
    farewell=_copilot_farewell,
    opens=frozenset({"send"}),
    shape=(
        Expected("event", TEXT),
        Expected("content", LIST, needed=False),
        Expected("content[]", OBJECT),
        Expected("content[].type", TEXT),
    ),
)

_CODEX = "recorded with Codex and Copilot CLI"
_SDK = "openai 2.54.0 models"
_AZURE = "the same messages at api.openai.com; this host was not checked"
_GENAI = "google-genai 3.4.0 models"
_LIVE = "/ws/google.ai.generativelanguage.{version}.GenerativeService."

SESSION = JsonFormat(REALTIME.request, REALTIME.response)
"""What a server asks for on behalf of a browser: a key for a conversation, whose instructions it gives."""

ROWS = (
    *(
        Row(f"{provider}.realtime.session", (provider,), "POST", f"{base}/realtime/{name}", SESSION, validated=_SDK)
        for provider, base in (("openai", "/v1"), ("azure", "/openai/v1"))
        for name in ("client_secrets", "sessions", "transcription_sessions")
    ),
    Row("openai.responses.socket", ("openai",), METHOD, "/v1/responses", RESPONSES, validated=_CODEX, streamed=True),
    Row(
        "chatgpt.codex.socket",
        ("chatgpt-web",),
        METHOD,
        "/backend-api/codex/responses",
        RESPONSES,
        validated=_CODEX,
        streamed=True,
    ),
    *(
        Row("copilot.responses.socket", ("copilot",), METHOD, path, RESPONSES, validated=_CODEX, streamed=True)
        for path in ("/responses", "/v1/responses")
    ),
    Row("openai.realtime.socket", ("openai",), METHOD, "/v1/realtime", REALTIME, validated=_SDK, streamed=True),
    *(
        Row("azure.realtime.socket", ("azure",), METHOD, path, REALTIME, validated=_AZURE, streamed=True)
        for path in ("/openai/v1/realtime", "/openai/realtime")
    ),
    *(
        Row(
            f"{provider}.live.socket",
            (provider,),
            METHOD,
            path,
            LIVE,
            shape=Shape.GOOGLE,
            validated=_GENAI,
            streamed=True,
        )
        for provider, path in (
            ("google", f"{_LIVE}BidiGenerateContent"),
            ("google", f"{_LIVE}BidiGenerateContentConstrained"),
            ("vertex", "/ws/google.cloud.aiplatform.{version}.LlmBidiService/BidiGenerateContent"),
        )
    ),
    Row(
        "microsoft.copilot.socket",
        ("microsoft-copilot-web",),
        METHOD,
        "/c/api/chat",
        COPILOT,
        validated=VALIDATED,
        streamed=True,
    ),
)
