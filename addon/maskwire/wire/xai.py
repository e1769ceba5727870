"""xAI's gRPC services: chat in all its calls, images, embeddings, token counts. Sans-IO.

The schemas hold every field of the published ones; requests with others are refused. Source:
https://github.com/xai-org/xai-proto, and the classes of xai-sdk 1.21.0.
"""

from collections.abc import Iterator

from maskwire.stream.channels_flat import FlatScript
from maskwire.stream.channels_xai import XaiScript
from maskwire.wire.grpc import GrpcFormat
from maskwire.wire.json_format import Turns
from maskwire.wire.protobuf import EMPTY, Bare, Field, File, Inner, Message, Text, Word
from maskwire.wire.refusals import Shape
from maskwire.wire.row import Row
from maskwire.wire.rules import rules

_ROLES = ("INVALID", "ROLE_USER", "ROLE_ASSISTANT", "ROLE_SYSTEM", "ROLE_FUNCTION", "ROLE_TOOL", "ROLE_DEVELOPER")


def _texts(**numbers: int) -> dict[int, Field]:
    """Return string fields by their names."""
    return {number: Text(name) for name, number in numbers.items()}


def _lists(**numbers: int) -> dict[int, Field]:
    """Return fields that are lists of strings."""
    return {number: Text(name, repeated=True) for name, number in numbers.items()}


def _bare(*numbers: int) -> dict[int, Field]:
    """Return fields without text: times, packed numbers."""
    return dict.fromkeys(numbers, Bare())


_IMAGE = Message(_texts(image_url=1, file_id=3))
_FILE = Message({**_texts(file_id=1, filename=3, mime_type=4, url=5), 2: File("data")})
_CONTENT = Message({**_texts(text=1), 2: Inner("image_url", _IMAGE), 3: Inner("file", _FILE)})
_CALL = Message(
    {**_texts(id=1, error_message=4), 10: Inner("function", Message(_texts(name=1, arguments=2)))},
)
_MESSAGE = Message(
    {
        1: Inner("content", _CONTENT, repeated=True),
        2: Word("role", _ROLES),
        4: Inner("tool_calls", _CALL, repeated=True),
        **_texts(name=3, reasoning_content=5, encrypted_content=6, tool_call_id=7),
    }
)
_RERANKER = Inner("reranker", Message(_texts(model=1, instructions=2)))
_HYBRID = Message({2: _RERANKER, **_bare(3)})
_RANKED = Message({1: _RERANKER})
_COLLECTIONS = Message(
    {
        **_lists(collection_ids=1),
        **_texts(instructions=3),
        4: Inner("hybrid_retrieval", _HYBRID),
        5: Inner("semantic_retrieval", _RANKED),
        6: Inner("keyword_retrieval", _RANKED),
    }
)
_MCP = Message(
    {
        **_texts(server_label=1, server_description=2, server_url=3, authorization=5),
        **_lists(allowed_tools=4),
        6: Bare(),
    }
)
_WEB = Message(
    {
        **_lists(excluded_domains=1, allowed_domains=2),
        4: Inner("user_location", Message(_texts(country=1, city=2, region=3, timezone=4))),
    }
)
_TOOL = Message(
    {
        1: Inner("function", Message(_texts(name=1, description=2, parameters=4))),
        3: Inner("web_search", _WEB),
        4: Inner("x_search", Message({**_lists(allowed_x_handles=3, excluded_x_handles=4), **_bare(1, 2)})),
        5: Inner("code_execution", EMPTY),
        6: Inner("collections_search", _COLLECTIONS),
        7: Inner("mcp", _MCP),
        8: Inner("attachment_search", EMPTY),
        10: Inner("image_generation", Message(_texts(action=1))),
    }
)
_SOURCE = Message(
    {
        1: Inner("web", Message({**_lists(excluded_websites=2, allowed_websites=5), **_texts(country=3)})),
        2: Inner("news", Message({**_lists(excluded_websites=2), **_texts(country=3)})),
        3: Inner("x", Message(_lists(included_x_handles=7, excluded_x_handles=8))),
        4: Inner("rss", Message(_lists(links=1))),
    }
)
_TOOLS = Inner("tools", _TOOL, repeated=True)
_CHOICE = Inner("tool_choice", Message(_texts(function_name=2)))
_FORMAT = Inner("response_format", Message(_texts(schema=2)))
_SEARCH = Inner("search_parameters", Message({9: Inner("sources", _SOURCE, repeated=True), **_bare(4, 5)}))

ASKED = Message(
    {
        1: Inner("messages", _MESSAGE, repeated=True),
        **_texts(model=2, user=16, previous_response_id=22, safety_identifier=34),
        **_lists(stop=12),
        10: _FORMAT,
        17: _TOOLS,
        18: _CHOICE,
        20: _SEARCH,
        **_bare(26, 39),
    }
)
_COMPACTED = Message({**_texts(model=1), 2: Inner("input", _MESSAGE, repeated=True)})

_CITATION = Message(
    {
        **_texts(id=1),
        3: Inner("web_citation", Message(_texts(url=1))),
        4: Inner("x_citation", Message(_texts(url=1))),
        5: Inner("collections_citation", Message({**_texts(file_id=1, chunk_id=2, chunk_content=3), 5: Bare()})),
    }
)
_SPOKEN = Message(
    {
        **_texts(content=1, reasoning_content=4, encrypted_content=5),
        2: Word("role", _ROLES),
        3: Inner("tool_calls", _CALL, repeated=True),
        6: Inner("citations", _CITATION, repeated=True),
    }
)
_DEBUG = Inner(
    "debug_output", Message({**_texts(request=2, prompt=3, engine_request=9), **_lists(responses=4, chunks=12)})
)
_FILES = Inner("output_files", Message(_texts(file_id=1, name=2)), repeated=True)
_SETTINGS = Message({**_texts(previous_response_id=3, user=10), 6: _FORMAT, 7: _CHOICE, 8: _TOOLS, 11: _SEARCH})
_OUTPUT = Message({1: Word("finish_reason"), 2: Word("index"), 3: Inner("message", _SPOKEN), 4: Bare()})
_PIECE = Message({1: Inner("delta", _SPOKEN), 2: Bare(), 3: Word("finish_reason"), 4: Word("index")})

WHOLE = Message(
    {
        **_texts(id=1, model=6, system_fingerprint=7),
        2: Inner("outputs", _OUTPUT, repeated=True),
        **_lists(citations=10),
        11: Inner("settings", _SETTINGS),
        12: _DEBUG,
        13: _FILES,
    }
)
CHUNK = Message(
    {
        **_texts(id=1, model=4, system_fingerprint=5),
        2: Inner("outputs", _PIECE, repeated=True),
        **_lists(citations=7),
        10: _DEBUG,
        11: _FILES,
    }
)
_DEFERRED = Message({1: Inner("response", WHOLE)})
_BY_ID = Message(_texts(response_id=1))
_DRAWN = Message(
    {
        **_texts(prompt=1, model=2, user=4),
        5: Inner("image", _IMAGE),
        17: Inner("images", _IMAGE, repeated=True),
        19: Inner("storage_options", Message({**_texts(filename=1), 3: Bare()})),
    }
)
_EMBEDDED = Message(
    {
        1: Inner("input", Message({**_texts(string=1), 2: Inner("image_url", _IMAGE)}), repeated=True),
        **_texts(model=2, user=4),
    }
)

_REQUEST = rules(
    keep="**.# tools[].mcp.authorization tools[].mcp.server_url",
    sealed="**.encrypted_content",
    id="""
        model user previous_response_id safety_identifier stop[] response_id request_id name **.role
        **.file_id **.mime_type **.tool_call_id **.tool_calls[].id **.function.name **.function_name
        **.collection_ids[] **.allowed_tools[] **.server_label **.reranker.model **.country **.timezone **.action
    """,
    image="**.image_url.image_url images[].image_url image.image_url",
    file="**.file.data",
    call="**.tool_calls[].function.arguments",
    result="messages|input[]<role=ROLE_TOOL|ROLE_FUNCTION>.content[].text",
    free="tools[].function.parameters response_format.schema",
)
_RESPONSE = rules(
    keep="""
        **.# **.role id model system_fingerprint **.encrypted_content **.file_id **.chunk_id
        **.previous_response_id **.user **.tool_calls[].id **.tool_calls[].function.name **.citations[].id
    """,
    call="**.tool_calls[].function.arguments",
    free="**.tools[].function.parameters **.response_format.schema",
)


_TURNS = Turns("messages", frozenset({"ROLE_ASSISTANT"}), frozenset({"previous_response_id"}))


def _whole() -> FlatScript:
    """Return a script of answers that are one message: its texts are whole, so that each stands for itself."""
    return FlatScript({}, done=frozenset())


def _call(asks: Message, says: Message, *, streamed: bool = False) -> GrpcFormat:
    return GrpcFormat(_REQUEST, _RESPONSE, turns=_TURNS, script=XaiScript if streamed else _whole, asks=asks, says=says)


def _silent(asks: Message) -> GrpcFormat:
    """Return the format of a call whose answer holds no text of the person."""
    return GrpcFormat(_REQUEST, _RESPONSE, answers=False, asks=asks)


_CALLS = {
    "Chat/GetCompletion": _call(ASKED, WHOLE),
    "Chat/GetCompletionChunk": _call(ASKED, CHUNK, streamed=True),
    "Chat/StartDeferredCompletion": _silent(ASKED),
    "Chat/GetDeferredCompletion": _call(Message(_texts(request_id=1)), _DEFERRED),
    "Chat/GetStoredCompletion": _call(_BY_ID, WHOLE),
    "Chat/DeleteStoredCompletion": _silent(_BY_ID),
    "Chat/CompactContext": _silent(_COMPACTED),
    "Image/GenerateImage": _silent(_DRAWN),
    "Embedder/Embed": _silent(_EMBEDDED),
    "Tokenize/TokenizeText": _silent(Message(_texts(text=1, model=2, user=3))),
    "Auth/get_api_key_info": _silent(EMPTY),
    **{
        f"Models/{verb}{kind}": _silent(EMPTY if verb == "List" else Message(_texts(name=1)))
        for verb, kinds in (
            ("List", ("LanguageModels", "EmbeddingModels", "ImageGenerationModels")),
            ("Get", ("LanguageModel", "EmbeddingModel", "ImageGenerationModel")),
        )
        for kind in kinds
    },
}

_SDK = "documented schema; bodies by xai-sdk 1.21.0"


def _rows() -> Iterator[Row]:
    for call, reads in _CALLS.items():
        yield Row(
            f"xai.grpc.{call.partition('/')[0].lower()}",
            ("xai",),
            "POST",
            f"/xai_api.{call}",
            reads,
            shape=Shape.GRPC,
            validated=_SDK,
            streamed=call.endswith("Chunk"),
        )


ROWS = tuple(_rows())
