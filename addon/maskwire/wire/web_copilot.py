"""copilot.microsoft.com beside its WebSocket: conversations and their titles. Sans-IO.

Not documented by Microsoft. Source: gpt4free, read in August 2026.
"""

from functools import partial

from maskwire.wire.openai_chat import refuse_stream
from maskwire.wire.row import Row
from maskwire.wire.rules import rules
from maskwire.wire.web_shape import VALIDATED, WebFormat

SIDE = WebFormat(
    rules(id="**.conversationId **.id **.messageId **.timeZone **.locale **.mode"),
    rules(keep="**.conversationId **.messageId"),
    refuse_stream=refuse_stream,
)

_row = partial(Row, providers=("microsoft-copilot-web",))

ROWS = (
    _row("copilot-web.start", methods="POST", path="/c/api/start", format=SIDE, validated=VALIDATED),
    *(
        _row("copilot-web.side", methods="POST PUT PATCH GET", path=path, format=SIDE, validated=VALIDATED)
        for path in ("/c/api/conversations", "/c/api/conversations/{rest...}", "/c/api/user", "/c/api/user/{rest...}")
    ),
)
