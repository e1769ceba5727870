"""Replicate: predictions of any model, whose inputs and outputs have the model's own names. Sans-IO.

Their streams come from another host, which is not decrypted: answers are restored where they are polled or waited for.
Source: https://replicate.com/docs/reference/http
"""

from maskwire.wire.json_format import JsonFormat
from maskwire.wire.row import Row
from maskwire.wire.rules import rules

PREDICTIONS = JsonFormat(
    rules(
        id="version stream webhook_events_filter[]", image="input.image input.images[] input.audio", free="**.metadata"
    ),
    rules(keep="**.id **.version **.urls **.model **.status **.metrics"),
)

_DOCUMENTED = "documented bodies; not run against it"
_PATHS = (
    *("/predictions", "/predictions/{id}", "/models/{owner}/{model}/predictions"),
    *("/deployments/{owner}/{model}/predictions", "/predictions/{id}/cancel"),
)

ROWS = tuple(
    Row("replicate.predictions", ("replicate",), "POST GET", f"/v1{path}", PREDICTIONS, validated=_DOCUMENTED)
    for path in _PATHS
)
