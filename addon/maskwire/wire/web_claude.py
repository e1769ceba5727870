"""claude.ai, in the browser and in its desktop application. Sans-IO.

Not documented by Anthropic. Source: third-party clients of claude.ai, read in 2025 and 2026.
"""

from functools import partial

from maskwire.stream.channels_web_claude import ClaudeWebScript
from maskwire.wire import side, uploads
from maskwire.wire.anthropic import refuse_stream
from maskwire.wire.refusals import Shape
from maskwire.wire.row import Row
from maskwire.wire.rules import rules
from maskwire.wire.web_shape import LIST, OBJECT, TEXT, VALIDATED, Expected, WebFormat

_REQUEST = rules(
    id="""
        model timezone locale rendering_mode thinking_mode paprika_mode effort organization_uuid
        **.uuid **.id **.type **.key **.nameKey **.summaryKey **.parent_message_uuid **.file_type **.file_uuid
        **.conversation_uuid **.project_uuid **.turn_message_uuids.* tools[].name files[] sync_sources[]
        **.model personalized_styles[].attributes[].*
    """,
    schema="tools[].input_schema",
)
_RESPONSE = rules(
    keep="**.signature **.type **.role **.id **.uuid **.parent_uuid **.tool_use_id",
    call="**<tool_use|server_tool_use|mcp_tool_use>.input",
)

_format = partial(WebFormat, _REQUEST, _RESPONSE, script=ClaudeWebScript, refuse_stream=refuse_stream)

COMPLETION = _format(
    shape=(
        Expected("prompt", TEXT),
        Expected("attachments", LIST, needed=False),
        Expected("attachments[]", OBJECT),
        Expected("attachments[].extracted_content", TEXT, needed=False),
        Expected("attachments[].file_name", TEXT, needed=False),
        Expected("personalized_styles", LIST, needed=False),
        Expected("personalized_styles[]", OBJECT),
        Expected("personalized_styles[].prompt", TEXT, needed=False),
        Expected("files", LIST, needed=False),
    )
)
"""A turn: the person's prompt, the text of what is attached, the style to write in."""

SIDE = _format()
"""Titles, projects and their documents, styles, settings: every string that is no id is masked."""

_ORGANIZATION = "/api/organizations/{org}"
_CHAT = f"{_ORGANIZATION}/chat_conversations/{{conversation}}"

_row = partial(Row, providers=("claude-web",), shape=Shape.ANTHROPIC, validated=VALIDATED)
_TELEMETRY = f"{VALIDATED}; every string is masked, whatever its meaning"

_SIDE = (
    ("POST GET", f"{_ORGANIZATION}/chat_conversations"),
    ("PUT PATCH GET", _CHAT),
    ("POST", f"{_CHAT}/title"),
    ("POST", f"{_CHAT}/chat_messages/{{rest...}}"),
    ("POST", f"{_CHAT}/current_leaf_message_uuid"),
    ("PUT", f"{_CHAT}/current_leaf_message_uuid"),
    ("POST", f"{_CHAT}/stop_response"),
    ("POST", f"{_CHAT}/share"),
    ("POST", f"{_ORGANIZATION}/chat_conversations/{{rest...}}/tool_result"),
    ("POST GET", f"{_ORGANIZATION}/projects"),
    ("POST PUT PATCH GET", f"{_ORGANIZATION}/projects/{{rest...}}"),
    ("POST PUT PATCH GET", f"{_ORGANIZATION}/list_styles"),
    ("POST PUT PATCH GET", f"{_ORGANIZATION}/styles"),
    ("POST PUT PATCH GET", f"{_ORGANIZATION}/styles/{{rest...}}"),
    ("POST PUT PATCH GET", f"{_ORGANIZATION}/memory"),
    ("PUT PATCH GET", "/api/account"),
    ("POST PUT PATCH GET", "/api/account_profile"),
    ("PUT PATCH GET", "/api/account/{rest...}"),
)
"""Methods and paths beside the conversation whose bodies are plain JSON."""

ROWS = (
    *(
        _row(f"claude.{name}", methods="POST", path=f"{_CHAT}/{name}", format=COMPLETION, streamed=True)
        for name in ("completion", "retry_completion")
    ),
    *(
        _row("claude.upload", methods="POST", path=path, format=uploads.UPLOAD)
        for path in ("/api/{org}/upload", f"{_ORGANIZATION}/convert_document", f"{_ORGANIZATION}/upload")
    ),
    *(_row("claude.side", methods=methods, path=path, format=SIDE) for methods, path in _SIDE),
    _row(
        "claude.telemetry",
        methods="POST",
        path="/api/event_logging/{rest...}",
        format=side.ANYTHING,
        validated=_TELEMETRY,
    ),
)
