"""The web and desktop application of ChatGPT: conversations, drafts, custom instructions, memories. Sans-IO.

Not documented by OpenAI. Source: gpt4free and other third-party clients, read in August 2026.
"""

from functools import partial

from maskwire.stream.channels_flat import FlatScript
from maskwire.stream.channels_web_ops import CHATGPT
from maskwire.wire import side
from maskwire.wire.openai_chat import refuse_stream
from maskwire.wire.row import Row
from maskwire.wire.rules import rules
from maskwire.wire.surface import Treatment
from maskwire.wire.web_shape import LIST, OBJECT, PART, TEXT, VALIDATED, Expected, WebFormat

_REQUEST = rules(
    id="""
        action conversation_mode.** **.system_hints[] supported_encodings[] timezone model client_prepare_state
        **.id **.conversation_id **.parent_message_id **.message_id **.parent_id **.gizmo_id **.content_type
        **.role **.asset_pointer **.mimeType|mime_type|file_type|use_case **.file_id|library_file_id
        paragen_cot_summary_display_override history_and_training_disabled variant_purpose **.source_type
        **.conduit_token **.status **.websocket_request_id **.model_slug
    """,
)
_RESPONSE = rules(keep="token conduit_token **.asset_pointer **.upload_url **.download_url **.wss_url")


def _message(at: str) -> tuple[Expected, ...]:
    """Return what a message of the person looks like."""
    return (
        Expected(f"{at}.author", OBJECT),
        Expected(f"{at}.author.role", TEXT),
        Expected(f"{at}.content", OBJECT),
        Expected(f"{at}.content.content_type", TEXT),
        Expected(f"{at}.content.parts", LIST, needed=False),
        Expected(f"{at}.content.parts[]", PART),
    )


_format = partial(
    WebFormat,
    _REQUEST,
    _RESPONSE,
    script=partial(FlatScript, {}, done=frozenset()),
    dialect=CHATGPT,
    refuse_stream=refuse_stream,
)
"""Events that are lines instead of patches are restored one by one."""

CONVERSATION = _format(
    shape=(
        Expected("action", TEXT),
        Expected("messages", LIST, needed=False),
        Expected("messages[]", OBJECT),
        *_message("messages[]"),
    )
)
"""A turn: the person's new message; what came before lies with the provider."""

DRAFT = _format(shape=(Expected("partial_query", OBJECT, needed=False), *_message("partial_query")))
"""What is sent while the person still types."""

RESUME = _format(shape=(Expected("conversation_id", TEXT),))
SETTINGS = _format()
"""Titles, custom instructions, memories, projects: every string that is no id is masked."""

FILE = _format(shape=(Expected("file_name", TEXT),))

_PROOF = "proofs of work and browser checks; nothing of the person is in them, and any edit would break them"
_TELEMETRY = f"{VALIDATED}; every string is masked, whatever its meaning"

_SIDE = (
    ("POST", "conversation/init"),
    ("POST", "conversation/gen_title/{id}"),
    ("POST", "conversation/message_feedback"),
    ("POST", "conversation/{id}/stream_status"),
    ("POST PATCH GET", "conversation/{id}"),
    ("POST PATCH GET", "conversations"),
    ("GET", "conversations/{rest...}"),
    ("POST PATCH GET", "user_system_messages"),
    ("POST PATCH GET", "memories"),
    ("POST PATCH GET", "memories/{rest...}"),
    ("POST PATCH GET", "memory"),
    ("POST PATCH GET", "projects"),
    ("POST PATCH GET", "projects/{rest...}"),
    ("POST PATCH GET", "gizmos"),
    ("POST PATCH GET", "gizmos/{rest...}"),
    ("POST PATCH GET", "settings/{rest...}"),
    ("POST PATCH", "share/{rest...}"),
    ("POST", "stop_conversation"),
    ("POST", "files/{id}/uploaded"),
    ("POST", "files/process_upload_stream"),
    ("POST", "register-websocket"),
)
"""Methods and paths beside the conversation whose bodies are plain JSON."""


def _rows() -> tuple[Row, ...]:
    row = partial(Row, providers=("chatgpt-web",), validated=VALIDATED)
    turn = partial(row, methods="POST", streamed=True)
    found = [
        row("chatgpt.telemetry", methods="POST", path="/ces/{rest...}", format=side.ANYTHING, validated=_TELEMETRY),
    ]
    for base in ("/backend-api", "/backend-anon"):
        for path in ("f/conversation", "conversation"):
            found.append(turn("chatgpt.conversation", path=f"{base}/{path}", format=CONVERSATION))
            found.append(turn("chatgpt.draft", path=f"{base}/{path}/prepare", format=DRAFT))
            found.append(turn("chatgpt.resume", path=f"{base}/{path}/resume", format=RESUME))
        found.append(row("chatgpt.files", methods="POST", path=f"{base}/files", format=FILE))
        found += [
            row(f"chatgpt.{kind}", methods="POST", path=f"{base}/{path}", treatment=Treatment.PASS, why=_PROOF)
            for kind, path in (("sentinel", "sentinel/{rest...}"), ("sentinel", "f/sentinel/{rest...}"))
        ]
        found.append(row("chatgpt.telemetry", methods="POST", path=f"{base}/lat/{{rest...}}", format=side.ANYTHING))
        found += [row("chatgpt.side", methods=each, path=f"{base}/{path}", format=SETTINGS) for each, path in _SIDE]
    return tuple(found)


ROWS = _rows()
