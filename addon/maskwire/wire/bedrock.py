"""Bedrock: Converse, and models invoked with their own bodies, Anthropic's and others. Sans-IO.

A request that is signed by its sender (SigV4) must not be edited; that is the proxy's to see.
Source: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_Operations_Amazon_Bedrock_Runtime.html
"""

from collections.abc import Iterator
from dataclasses import replace

from maskwire.errors import BlockedError
from maskwire.stream.channels_bedrock import ConverseScript
from maskwire.stream.channels_native import NativeScript
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

NATIVE = JsonFormat(
    rules(
        keep="**.reasoningContent.reasoningText **.logit_bias",
        sealed="**.signature **.redactedContent",
        id="""
            **.role **.type **.cachePoint.* **.toolUseId **.tool_call_id **.tool_calls[].id **.status **.format
            **.toolUse.name **.toolSpec.name **.toolChoice.** **.tool_choice.** **.function.name **.serviceTier.*
            **.stopSequences[] **.stop_sequences[] stop stop[] model modelId clientRequestToken **.s3Uri truncate
            schemaVersion **.taskType **.embeddingTypes[] embedding_types[] input_type **.embeddingPurpose
            **.embeddingMode **.truncationMode
        """,
        image="""
            **.image|video|audio.source.bytes **.image_url.url image images[] **.inputImage **.conditionImage
            **.maskImage **.init_image **.images[]
        """,
        file="**.document.source.bytes input.invokeModel.body",
        call="**.toolUse.input **.tool_calls[].function.arguments **.tool_calls[].parameters",
        result="**.toolResult.content[].text messages[]<role=tool>.content",
        free="**.toolResult.content[].json **.documents[] **.tool_results[].outputs",
        schema="**.toolSpec.inputSchema.json **.function.parameters",
    ),
    rules(
        keep="**.reasoningContent **.signature **.toolUseId **.images **.artifacts **.image **.tool_calls[].id",
        call="**.toolUse.input **.tool_calls[].function.arguments **.tool_calls[].parameters",
    ),
    turns=Turns("messages", frozenset({"assistant"})),
    script=NativeScript,
    refuse_stream=refuse_stream,
)
"""Any other model's own body: every string that is no word of a protocol is masked, encoded content refused."""

COUNT = JsonFormat(NATIVE.request, NATIVE.response, answers=False)
GUARD = JsonFormat(rules(id="source outputScope **.qualifiers[]", image="**.image.source.bytes"), rules())

_DOCUMENTED = "documented bodies of each model; not run against it"

_SDK = "boto3 and botocore 1.44.5"


def _row(name: str, path: str, reads: JsonFormat, *, streamed: bool = False) -> Row:
    checked = _SDK if reads in (CONVERSE, INVOKE) else _DOCUMENTED
    return Row(
        f"bedrock.{name}", ("aws",), "POST", path, reads, shape=Shape.BEDROCK, validated=checked, streamed=streamed
    )


def _rows() -> Iterator[Row]:
    yield _row("converse", "/model/{model...}/converse", CONVERSE)
    yield _row("converse.stream", "/model/{model...}/converse-stream", CONVERSE, streamed=True)
    for model in ("anthropic.{model...}", "{region}.anthropic.{model...}"):
        yield _row("invoke", f"/model/{model}/invoke", INVOKE)
        yield _row("invoke.stream", f"/model/{model}/invoke-with-response-stream", INVOKE, streamed=True)
    yield _row("invoke.native", "/model/{model...}/invoke", NATIVE)
    yield _row("invoke.native.stream", "/model/{model...}/invoke-with-response-stream", NATIVE, streamed=True)
    yield _row("invoke.async", "/async-invoke", NATIVE)
    yield _row("count_tokens", "/model/{model...}/count-tokens", COUNT)
    yield _row("guardrail", "/guardrail/{guardrail...}/version/{version}/apply", GUARD)


ROWS = tuple(_rows())
