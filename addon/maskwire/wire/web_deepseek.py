"""chat.deepseek.com. Sans-IO. Not documented by DeepSeek. Source: gpt4free, read in August 2026."""

from functools import partial

from maskwire.stream.channels_flat import FlatScript
from maskwire.stream.channels_web_ops import DEEPSEEK
from maskwire.wire import uploads
from maskwire.wire.openai_chat import refuse_stream
from maskwire.wire.row import Row
from maskwire.wire.rules import rules
from maskwire.wire.surface import Treatment
from maskwire.wire.web_shape import LIST, TEXT, VALIDATED, Expected, WebFormat

_REQUEST = rules(
    id="**.chat_session_id **.parent_message_id **.message_id **.id ref_file_ids[] model_type agent target_path",
)
_RESPONSE = rules(keep="**.challenge **.signature **.salt")

_format = partial(
    WebFormat,
    _REQUEST,
    _RESPONSE,
    script=partial(FlatScript, {}, done=frozenset()),
    dialect=DEEPSEEK,
    refuse_stream=refuse_stream,
)
"""Events that are lines instead of patches are restored one by one."""

TURN = _format(shape=(Expected("prompt", TEXT), Expected("ref_file_ids", LIST, needed=False)))
TAKEN_UP = _format(shape=(Expected("chat_session_id", TEXT),))
SIDE = _format()

_PROOF = "asks for a proof of work for a path; nothing of the person is in it"

_row = partial(Row, providers=("deepseek-web",), methods="POST", validated=VALIDATED)

ROWS = (
    _row("deepseek-web.proof", path="/api/v0/chat/create_pow_challenge", treatment=Treatment.PASS, why=_PROOF),
    _row("deepseek-web.chat", path="/api/v0/chat/completion", format=TURN, streamed=True),
    _row("deepseek-web.edit", path="/api/v0/chat/edit_message", format=TURN, streamed=True),
    *(
        _row("deepseek-web.more", path=f"/api/v0/chat/{name}", format=TAKEN_UP, streamed=True)
        for name in ("regenerate", "continue", "resume_stream", "stop_stream")
    ),
    _row("deepseek-web.files", path="/api/v0/file/upload_file", format=uploads.UPLOAD),
    _row("deepseek-web.history", methods="GET", path="/api/v0/chat/history_messages", format=SIDE),
    _row("deepseek-web.side", path="/api/v0/chat_session/{call}", format=SIDE),
    _row("deepseek-web.side", path="/api/v0/chat/message_feedback", format=SIDE),
)
