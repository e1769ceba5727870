"""OpenAI's assistants, threads, messages, runs and conversations: what the provider keeps. Sans-IO.

Source: https://platform.openai.com/docs/api-reference/assistants
"""

from collections.abc import Iterator
from functools import partial

from maskwire.stream.channels_assistants import AssistantsScript
from maskwire.wire import openai_responses
from maskwire.wire.json_format import JsonFormat
from maskwire.wire.openai_chat import refuse_stream
from maskwire.wire.row import Row
from maskwire.wire.rules import rules

FORMAT = JsonFormat(
    rules(
        id="""
            model assistant_id **.role **.type **.file_id **.file_ids[] **.tool_call_id reasoning_effort
            **.vector_store_ids[] tool_choice tool_choice.** truncation_strategy.type response_format
            response_format.type response_format.json_schema.name **.detail tools[].function.name
        """,
        image="**<image_url>.image_url.url",
        result="tool_outputs[].output",
        free="**.metadata",
        schema="tools[].function.parameters response_format.json_schema.schema",
    ),
    rules(
        keep="**.id **.object **.model **.usage **.thread_id **.assistant_id **.run_id **.file_id **.logprobs",
        call="**.function.arguments",
        free="**.metadata",
    ),
    script=AssistantsScript,
    refuse_stream=refuse_stream,
)

_SDK = "openai 2.54.0 models and client"

_STREAMED = ("/threads/runs", "/threads/{thread}/runs", "/threads/{thread}/runs/{run}/submit_tool_outputs")
_WHOLE = (
    *("/assistants", "/assistants/{id}", "/threads", "/threads/{thread}", "/threads/{thread}/messages"),
    *("/threads/{thread}/messages/{id}", "/threads/{thread}/runs/{run}", "/threads/{thread}/runs/{run}/cancel"),
)
_READ = ("/threads/{thread}/runs/{run}/steps", "/threads/{thread}/runs/{run}/steps/{step}")
_CONVERSATIONS = (
    *("/conversations", "/conversations/{id}", "/conversations/{id}/items", "/conversations/{id}/items/{item}"),
)


_BASES = (("openai", "/v1"), ("azure", "/openai/v1"), ("azure", "/openai"))


def _rows() -> Iterator[Row]:
    for provider, base in _BASES:
        row = partial(Row, providers=(provider,), validated=_SDK)
        for path in _STREAMED:
            yield row(f"{provider}.runs", methods="POST GET", path=base + path, format=FORMAT, streamed=True)
        for path in _WHOLE:
            yield row(f"{provider}.assistants", methods="POST GET", path=base + path, format=FORMAT)
        for path in _READ:
            yield row(f"{provider}.runs.steps", methods="GET", path=base + path, format=FORMAT)
        for path in _CONVERSATIONS:
            reads = openai_responses.FORMAT
            yield row(f"{provider}.conversations", methods="POST GET", path=base + path, format=reads)


ROWS = tuple(_rows())
