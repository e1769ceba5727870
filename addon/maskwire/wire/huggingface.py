"""Hugging Face text generation: one input, one text. Sans-IO.

Other tasks of ``hf-inference`` answer in shapes of their own; their inputs are masked alike.
Source: https://huggingface.github.io/text-generation-inference/
"""

from maskwire.stream.channels_flat import FlatScript
from maskwire.wire.json_format import JsonFormat
from maskwire.wire.openai_chat import refuse_stream
from maskwire.wire.row import Row
from maskwire.wire.rules import rules


def _script() -> FlatScript:
    return FlatScript({"text": ("token", "text")}, done=frozenset({"generated_text"}))


FORMAT = JsonFormat(
    rules(id="parameters.stop[] model", free="inputs"),
    rules(keep="**.details"),
    script=_script,
    refuse_stream=refuse_stream,
)

ROWS = (
    Row(
        "huggingface.inference",
        ("huggingface",),
        "POST",
        "/hf-inference/models/{model...}",
        FORMAT,
        validated="huggingface_hub 1.33.0",
        streamed=True,
    ),
    Row(
        "huggingface.endpoint",
        ("huggingface",),
        "POST",
        "/",
        FORMAT,
        validated="the same body at router.huggingface.co; dedicated endpoints were not checked",
        streamed=True,
    ),
)
