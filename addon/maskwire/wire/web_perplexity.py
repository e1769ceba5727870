"""www.perplexity.ai. Sans-IO. Not documented by Perplexity. Source: third-party clients, read in 2026."""

from functools import partial

from maskwire.stream.channels_web_perplexity import PerplexityScript
from maskwire.wire import side
from maskwire.wire.opaque import BODYLESS
from maskwire.wire.openai_chat import refuse_stream
from maskwire.wire.row import Row
from maskwire.wire.rules import rules
from maskwire.wire.surface import Treatment
from maskwire.wire.web_shape import LIST, OBJECT, TEXT, VALIDATED, Expected, WebFormat

_REQUEST = rules(
    id="""
        **.frontend_uuid **.frontend_context_uuid **.last_backend_uuid **.read_write_token **.uuid **.context_uuid
        **.entry_uuid **.thread_uuid **.target_collection_uuid **.collection_uuid **.language **.timezone **.mode
        **.model_preference **.search_focus **.sources[] **.source **.version **.query_source **.id
        **.supported_block_use_cases[] **.client_search_results_cache_key **.prompt_source **.supported_features[]
    """,
)
_RESPONSE = rules(keep="**.read_write_token **.uuid **.backend_uuid **.context_uuid", result="text")

_format = partial(WebFormat, _REQUEST, _RESPONSE, script=PerplexityScript, refuse_stream=refuse_stream)

ASK = _format(
    shape=(
        Expected("query_str", TEXT),
        Expected("params", OBJECT, needed=False),
        Expected("params.attachments", LIST, needed=False),
        Expected("params.dsl_query", TEXT, needed=False),
    )
)
"""A question, which stands in its body twice."""

SIDE = _format()

_UPLOAD = (
    "an uploaded file goes straight to a storage host that maskwire does not read, so it cannot be masked; "
    "paste its text instead"
)
_SIDE = (
    "/rest/autosuggest/{rest...}",
    "/rest/thread/{rest...}",
    "/rest/threads/{rest...}",
    "/rest/collections/{rest...}",
    "/rest/user/{rest...}",
    "/rest/entry/{rest...}",
)

_row = partial(Row, providers=("perplexity-web",), validated=VALIDATED)

ROWS = (
    _row("perplexity-web.ask", methods="POST", path="/rest/sse/perplexity_ask", format=ASK, streamed=True),
    _row(
        "perplexity-web.upload",
        methods="POST PUT",
        path="/rest/uploads/{rest...}",
        format=BODYLESS,
        treatment=Treatment.REFUSE,
        why=_UPLOAD,
    ),
    *(_row("perplexity-web.side", methods="POST PUT PATCH GET", path=path, format=SIDE) for path in _SIDE),
    _row(
        "perplexity-web.telemetry",
        methods="POST",
        path="/rest/event/{rest...}",
        format=side.ANYTHING,
        validated=f"{VALIDATED}; every string is masked, whatever its meaning",
    ),
)
