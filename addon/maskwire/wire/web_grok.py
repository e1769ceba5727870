"""grok.com. Sans-IO. Not documented by xAI. Source: gpt4free, read in August 2026."""

from dataclasses import dataclass
from functools import partial

from maskwire.stream.bodies import open_stream
from maskwire.stream.channels import StreamRestorer
from maskwire.stream.channels_web_grok import GrokScript
from maskwire.stream.restorer import Restoration
from maskwire.wire.openai_chat import refuse_stream
from maskwire.wire.row import Row
from maskwire.wire.rules import rules
from maskwire.wire.web_shape import LIST, TEXT, VALIDATED, Expected, WebFormat

_REQUEST = rules(
    id="""
        modelName modelMode **.conversationId **.parentResponseId **.responseId **.id **.fileAttachments[]
        **.workspaceIds[] **.toolOverrides.* **.modelName **.fileMimeType **.fileSource
    """,
    file="content",
)
_RESPONSE = rules(keep="**.conversationId **.responseId **.fileUri")


@dataclass(frozen=True, slots=True)
class GrokFormat(WebFormat):
    """JSON in; out come JSON lines, whatever type they are given."""

    def restore(self, body: bytes, content_type: str, how: Restoration) -> bytes:
        """Return a whole answer restored."""
        restorer = self.stream(content_type, how)
        return restorer.feed(body) + restorer.flush()

    def stream(self, content_type: str, how: Restoration) -> StreamRestorer:
        """Return a restorer for an answer that arrives in pieces."""
        is_json = content_type.partition(";")[0].strip().lower() in ("application/json", "text/plain", "")
        return open_stream("application/x-ndjson" if is_json else content_type, GrokScript(), self.response, how)


TURN = GrokFormat(
    _REQUEST,
    _RESPONSE,
    script=GrokScript,
    refuse_stream=refuse_stream,
    shape=(
        Expected("message", TEXT),
        Expected("customInstructions", TEXT, needed=False),
        Expected("customPersonality", TEXT, needed=False),
        Expected("fileAttachments", LIST, needed=False),
        Expected("imageAttachments", LIST, needed=False),
    ),
)
"""A turn: the person's message and instructions; what came before lies with the provider."""

SIDE = WebFormat(_REQUEST, _RESPONSE, refuse_stream=refuse_stream)
"""Titles, settings, workspaces: every string that is no id is masked."""

_BASE = "/rest/app-chat"
_row = partial(Row, providers=("grok-web",), validated=VALIDATED)

ROWS = (
    _row("grok.chat", methods="POST", path=f"{_BASE}/conversations/new", format=TURN, streamed=True),
    _row("grok.chat", methods="POST", path=f"{_BASE}/conversations/{{id}}/responses", format=TURN, streamed=True),
    _row("grok.history", methods="POST", path=f"{_BASE}/conversations/{{id}}/load-responses", format=SIDE),
    _row("grok.side", methods="POST PUT PATCH GET", path=f"{_BASE}/conversations", format=SIDE),
    _row("grok.side", methods="PUT PATCH GET", path=f"{_BASE}/conversations/{{id}}", format=SIDE),
    _row("grok.side", methods="POST PUT PATCH GET", path="/rest/workspaces", format=SIDE),
    _row("grok.side", methods="POST PUT PATCH GET", path="/rest/workspaces/{rest...}", format=SIDE),
    _row("grok.side", methods="POST PUT PATCH GET", path="/rest/user-settings", format=SIDE),
    _row("grok.files", methods="POST", path=f"{_BASE}/upload-file", format=SIDE),
)
