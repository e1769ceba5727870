"""Hugging Face tasks: an input of any shape, an answer of the task's own shape. Sans-IO.

Text generation streams; every other task (classification, question answering, summaries, translation, filling in)
answers at once, and every string of an answer is restored. Places that an answer counts (``start``, ``end``) and words
that it cut into pieces are the provider's own: see docs/surfaces.md.
Source: https://huggingface.co/docs/inference-providers/tasks/index
"""

from collections.abc import Iterator
from dataclasses import dataclass

from maskwire.errors import BlockedError, Reason
from maskwire.stream.channels_flat import FlatScript
from maskwire.wire import openai_chat
from maskwire.wire.attachments.file import File
from maskwire.wire.attachments.opening import is_media
from maskwire.wire.document import Document
from maskwire.wire.encoded import LEAVE
from maskwire.wire.json_format import JsonFormat
from maskwire.wire.opaque import Unread
from maskwire.wire.openai_chat import refuse_stream
from maskwire.wire.row import Row
from maskwire.wire.rules import rules


def _script() -> FlatScript:
    return FlatScript({"text": ("token", "text")}, done=frozenset({"generated_text"}))


@dataclass(frozen=True, slots=True)
class TaskFormat(JsonFormat):
    """A task's body: JSON, or an image or sound as it is."""

    def parse(self, body: bytes, content_type: str, *, allow_media: bool) -> Document:
        """Return the texts of a request body.

        Raises:
            BlockedError: it is not JSON that we read, or an image or sound without leave.
        """
        if not is_media(File("", content_type, body)):
            return JsonFormat.parse(self, body, content_type, allow_media=allow_media)
        if not allow_media:
            raise BlockedError(
                Reason.CONTENT_UNSUPPORTED,
                f"an image or sound cannot be masked; {LEAVE}",
            )
        return Unread(body)


FORMAT = TaskFormat(
    rules(
        id="parameters.stop[] model parameters.aggregation_strategy parameters.truncation",
        image="inputs.image **.images[]",
        free="inputs",
    ),
    rules(keep="**.details"),
    script=_script,
    refuse_stream=refuse_stream,
)

_SDK = "huggingface_hub 1.33.0"
_SAME = "the same body at router.huggingface.co; dedicated endpoints were not checked"


def _rows() -> Iterator[Row]:
    def row(name: str, path: str, reads: JsonFormat, validated: str) -> Row:
        return Row(f"huggingface.{name}", ("huggingface",), "POST", path, reads, validated=validated, streamed=True)

    yield row("chat", "/hf-inference/models/{model...}/v1/chat/completions", openai_chat.FORMAT, _SDK)
    yield row("inference", "/hf-inference/models/{model...}", FORMAT, _SDK)
    for path in ("/", "/generate", "/generate_stream"):
        yield row("endpoint", path, FORMAT, _SAME)


ROWS = tuple(_rows())
