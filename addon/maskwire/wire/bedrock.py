"""Bedrock: Converse, and Anthropic's models invoked with their own body. Sans-IO.

A request that is signed by its sender (SigV4) must not be edited; that is the proxy's to see.
Source: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_Operations_Amazon_Bedrock_Runtime.html
"""

from collections.abc import Iterator
from dataclasses import replace

from maskwire.errors import BlockedError
from maskwire.stream.channels_bedrock import ConverseScript
from maskwire.wire import anthropic
from maskwire.wire.eventstream import encode, header
from maskwire.wire.json_format import JsonFormat, Turns
from maskwire.wire.refusals import Shape
from maskwire.wire.row import Row
from maskwire.wire.rules import rules

REQUEST = rules(
    keep="messages[]<role=assistant>.content[].reasoningContent.reasoningText.text",
    sealed="**.signature **.redactedContent",
    id="""
        **.cachePoint.* guardrailConfig.*
        **.role **.toolUseId **.status **.format **.toolUse.name **.toolSpec.name toolConfig.toolChoice.**
        inferenceConfig.stopSequences[] performanceConfig.* modelId requestMetadata.* **.language
        **.guardContent.text.qualifiers[] **.serviceTier.* additionalModelResponseFieldPaths[]
    """,
    image="**.image.source.bytes **.video.source.bytes **.audio.source.bytes",
    file="**.document.source.bytes",
    call="**.toolUse.input",
    result="**.toolResult.content[].text",
    free="**.toolResult.content[].json",
    schema="**.toolSpec.inputSchema.json outputConfig.textFormat.structure.jsonSchema.schema",
)

RESPONSE = rules(
    keep="**.reasoningContent **.signature usage metrics **.toolUseId **.bytes p",
    call="**.toolUse.input",
)


def refuse_stream(error: BlockedError) -> bytes:
    """Return the exception frame that botocore raises from."""
    names = ((":message-type", "exception"), (":exception-type", "validationException"), (":content-type", _JSON))
    return encode(b"".join(header(*pair) for pair in names), Shape.BEDROCK.event(error).encode())


_JSON = "application/json"

CONVERSE = JsonFormat(
    REQUEST,
    RESPONSE,
    turns=Turns("messages", frozenset({"assistant"})),
    script=ConverseScript,
    refuse_stream=refuse_stream,
)
INVOKE = replace(anthropic.FORMAT, refuse_stream=refuse_stream)

_SDK = "boto3 and botocore 1.44.5"


def _row(name: str, path: str, reads: JsonFormat, *, streamed: bool = False) -> Row:
    return Row(f"bedrock.{name}", ("aws",), "POST", path, reads, shape=Shape.BEDROCK, validated=_SDK, streamed=streamed)


def _rows() -> Iterator[Row]:
    yield _row("converse", "/model/{model...}/converse", CONVERSE)
    yield _row("converse.stream", "/model/{model...}/converse-stream", CONVERSE, streamed=True)
    for model in ("anthropic.{model...}", "{region}.anthropic.{model...}"):
        yield _row("invoke", f"/model/{model}/invoke", INVOKE)
        yield _row("invoke.stream", f"/model/{model}/invoke-with-response-stream", INVOKE, streamed=True)


ROWS = tuple(_rows())
