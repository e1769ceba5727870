"""OpenAI's smaller text APIs: completions, embeddings, moderations, images from a prompt, batches. Sans-IO.

Source: https://platform.openai.com/docs/api-reference
"""

from maskwire.wire.json_format import JsonFormat
from maskwire.wire.openai_chat import FORMAT as CHAT
from maskwire.wire.openai_chat import refuse_stream
from maskwire.wire.row import Row
from maskwire.wire.rules import rules

_SDK = "openai 2.54.0 models and client"
_WORDS = "model user safety_identifier encoding_format service_tier size quality style response_format background"

COMPLETIONS = JsonFormat(
    rules(keep="logit_bias", id=f"{_WORDS} stop stop[]", tokens="prompt", free="metadata"),
    rules(keep="id object model usage system_fingerprint **.logprobs choices[].finish_reason"),
    script=CHAT.script,
    refuse_stream=refuse_stream,
)

EMBEDDINGS = JsonFormat(
    rules(id=f"{_WORDS} input_type input[].type", tokens="input", image="input[].image_url"),
    rules(),
    answers=False,
)

MODERATIONS = JsonFormat(
    rules(id=f"{_WORDS} input[].type", tokens="input", image="input[].image_url.url"),
    rules(keep="id model"),
)

IMAGES = JsonFormat(
    rules(id=f"{_WORDS} moderation output_format"),
    rules(keep="**.b64_json usage", text="data[].revised_prompt"),
)

SPEECH = JsonFormat(rules(id=f"{_WORDS} voice voice.id stream_format"), rules(), answers=False)

BATCHES = JsonFormat(
    rules(id="input_file_id endpoint completion_window output_expires_after.anchor", free="metadata"),
    rules(keep="**.id object **.endpoint **.output_file_id **.input_file_id **.error_file_id", free="**.metadata"),
)

ROWS = (
    Row("openai.completions", ("openai",), "POST", "/v1/completions", COMPLETIONS, validated=_SDK, streamed=True),
    Row("openai.embeddings", ("openai",), "POST", "/v1/embeddings", EMBEDDINGS, validated=_SDK),
    Row("openai.moderations", ("openai",), "POST", "/v1/moderations", MODERATIONS, validated=_SDK),
    Row("openai.images", ("openai",), "POST", "/v1/images/generations", IMAGES, validated=_SDK),
    Row("openai.speech", ("openai",), "POST", "/v1/audio/speech", SPEECH, validated=_SDK),
    Row("openai.batches", ("openai",), "POST", "/v1/batches", BATCHES, validated=_SDK),
    Row("openai.batches.stored", ("openai",), "GET", "/v1/batches/{id}", BATCHES, validated=_SDK),
    Row("openai.batches.cancel", ("openai",), "POST", "/v1/batches/{id}/cancel", BATCHES, validated=_SDK),
)
