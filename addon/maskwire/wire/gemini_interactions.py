"""Gemini's interactions: steps in, steps out, earlier ones kept by the provider. Sans-IO.

Source: https://ai.google.dev/api/interactions-api
"""

from maskwire.stream.channels_steps import InteractionsScript
from maskwire.wire.gemini import refuse_stream
from maskwire.wire.json_format import JsonFormat, Turns
from maskwire.wire.refusals import Shape
from maskwire.wire.row import Row
from maskwire.wire.rules import rules

FORMAT = JsonFormat(
    rules(
        sealed="**.signature",
        id="""
            model agent previous_interaction_id **.type **.role **.id **.call_id **.mime_type **.name **.status
            response_mime_type response_modalities[] generation_config.stop_sequences[] **.tool_choice
        """,
        image="**<image|audio|video>.data",
        file="**<document>.data",
        call="input[]<function_call>.arguments",
        free="input[]<function_result>.result",
        schema="tools[].parameters response_format",
        text="input[]<document>.name",
    ),
    rules(
        keep="**.signature **.id **.usage **.model **.data",
        call="steps[]<function_call>.arguments **<function_call>.arguments",
    ),
    turns=Turns(
        "input",
        frozenset({"model", "model_output", "thought", "function_call"}),
        frozenset({"previous_interaction_id"}),
    ),
    script=InteractionsScript,
    refuse_stream=refuse_stream,
)

_SDK = "google-genai 3.4.0 models"

ROWS = (
    Row(
        "google.interactions",
        ("google",),
        "POST",
        "/{version}/interactions",
        FORMAT,
        shape=Shape.GOOGLE,
        validated=_SDK,
        streamed=True,
    ),
    Row(
        "google.interactions.stored",
        ("google",),
        "GET",
        "/{version}/interactions/{id}",
        FORMAT,
        shape=Shape.GOOGLE,
        validated=_SDK,
        streamed=True,
    ),
)
