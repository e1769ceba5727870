"""Uploads as multipart forms, and files that are read back. Sans-IO.

Text, CSV, JSON, JSON lines and source code are masked inside the form. What cannot be read is refused.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from maskwire.errors import BlockedError, Reason
from maskwire.stream.bodies import BodyRestorer, is_events
from maskwire.stream.channels import StreamRestorer
from maskwire.stream.channels_responses import ResponsesScript
from maskwire.stream.restorer import Restoration, restore_text
from maskwire.wire import openai_chat, openai_responses, openai_text
from maskwire.wire.attachments.file import File, Reading
from maskwire.wire.attachments.form import open_form
from maskwire.wire.attachments.returned import restore_file
from maskwire.wire.attachments.structured import anything
from maskwire.wire.document import Document
from maskwire.wire.json_format import JsonFormat
from maskwire.wire.jsonspan import Kind, Node
from maskwire.wire.literal import Source
from maskwire.wire.refusals import Shape
from maskwire.wire.restoring import restore_body
from maskwire.wire.row import Row
from maskwire.wire.rules import Rules, rules
from maskwire.wire.walk import Leaf, Walk

_BATCH_BODIES = {
    "/v1/chat/completions": openai_chat.REQUEST,
    "/v1/responses": openai_responses.REQUEST,
    "/v1/completions": openai_text.COMPLETIONS.request,
    "/v1/embeddings": openai_text.EMBEDDINGS.request,
    "/v1/moderations": openai_text.MODERATIONS.request,
}
"""What a line of a batch holds, by the path that it is meant for."""

_BATCH_LINE = rules(keep="body", id="custom_id method url")
_ANSWER = JsonFormat(rules(), rules(keep="id object"), script=ResponsesScript)


def batch_line(source: Source, root: Node) -> Sequence[Leaf]:
    """Return the texts of one request of a batch; a line of another shape is searched as a whole."""
    body = root.get("body")
    known: Rules | None = _BATCH_BODIES.get(urlsplit(root.string("url")).path)
    if body is None or body.kind is not Kind.OBJECT or known is None:
        return anything(source, root)
    walk = Walk(known)
    leaves = [*Walk(_BATCH_LINE).leaves(source, root), *walk.leaves(source, body)]
    if walk.media or walk.files or walk.tokens:
        raise BlockedError(
            Reason.CONTENT_UNSUPPORTED,
            "a line of the batch holds an image, a file or token numbers, which cannot be masked",
        )
    return leaves


@dataclass(frozen=True, slots=True)
class UploadFormat:
    """A form whose fields are text or ids, and whose files are read by their kind."""

    answer: JsonFormat = _ANSWER

    def parse(self, body: bytes, content_type: str, *, allow_media: bool) -> Document:
        """Return the texts of a form: its fields, file names and readable files.

        Raises:
            BlockedError: it is no form, or holds a file that cannot be read.
        """
        return open_form(body, content_type, Reading(line=batch_line, allow_media=allow_media))

    def restore(self, body: bytes, content_type: str, how: Restoration) -> bytes:
        """Return a whole answer restored: JSON, events, or text as it is."""
        if content_type.startswith(("text/plain", "text/vtt", "text/srt", "application/x-subrip")):
            return restore_plain(body, how)
        return self.answer.restore(body, content_type, how)

    def stream(self, content_type: str, how: Restoration) -> StreamRestorer:
        """Return a restorer for an answer that arrives in pieces."""
        if is_events(content_type):
            return self.answer.stream(content_type, how)
        return BodyRestorer(lambda body: self.restore(body, content_type, how))

    def stream_refusal(self, error: BlockedError) -> bytes:
        """Return the chunk that OpenAI's SDKs raise from."""
        return openai_chat.refuse_stream(error)

    def model(self, document: Document) -> str:
        """Return nothing: forms are not searched for it."""
        del document
        return ""


@dataclass(frozen=True, slots=True)
class ContentFormat(UploadFormat):
    """A stored file that is read back: JSON lines (results of a batch), JSON, or text."""

    def restore(self, body: bytes, content_type: str, how: Restoration) -> bytes:
        """Return the file restored, whatever type the provider gives it; one that cannot be read stays."""
        lines = body.splitlines(keepends=True)
        if lines and all(line.lstrip()[:1] in (b"{", b"[", b"") for line in lines):
            return b"".join([restore_body(line, _ANSWER.response, how) for line in lines])
        return restore_file(File("", content_type, body), how)


def restore_plain(body: bytes, how: Restoration) -> bytes:
    """Return text restored; what is not UTF-8 comes back as it is."""
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        return body
    return restore_text(text, how).encode("utf-8", "surrogatepass")


UPLOAD, CONTENT = UploadFormat(), ContentFormat()

_SDK = "openai 2.54.0 models; the form by the standard library's reader"
_FORMS = ("files", "audio/transcriptions", "audio/translations", "images/edits", "images/variations", "videos")
_BASES = (
    ("openai", "/v1"),
    ("groq", "/openai/v1"),
    ("mistral", "/v1"),
    ("azure", "/openai/v1"),
    ("azure", "/openai/deployments/{model}"),
)

ROWS = (
    *(
        Row(f"{provider}.{form.replace('/', '.')}", (provider,), "POST", f"{base}/{form}", UPLOAD, validated=_SDK)
        for provider, base in _BASES
        for form in _FORMS
    ),
    *(
        Row(f"{provider}.files.content", (provider,), "GET", f"{base}/files/{{id}}/content", CONTENT, validated=_SDK)
        for provider, base in (*_BASES, ("anthropic", "/v1"))
    ),
    Row("anthropic.files", ("anthropic",), "POST", "/v1/files", UPLOAD, shape=Shape.ANTHROPIC, validated=_SDK),
)
