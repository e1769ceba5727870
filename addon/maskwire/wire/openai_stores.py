"""OpenAI's vector stores: names, attributes and searches over files that were uploaded masked. Sans-IO.

Source: https://platform.openai.com/docs/api-reference/vector-stores
"""

from maskwire.wire.json_format import JsonFormat
from maskwire.wire.row import Row
from maskwire.wire.rules import rules

STORES = JsonFormat(
    rules(
        id="**.file_ids[] file_id **.type **.key **.anchor **.ranker",
        free="**.attributes **.metadata",
    ),
    rules(keep="**.id **.object **.file_id **.vector_store_id **.status", free="**.attributes **.metadata"),
)

_SDK = "openai 2.54.0 models and client"
_PATHS = (
    *("", "/{id}", "/{id}/search", "/{id}/files", "/{id}/files/{file}", "/{id}/files/{file}/content"),
    *("/{id}/file_batches", "/{id}/file_batches/{batch}", "/{id}/file_batches/{batch}/{call}"),
)

ROWS = tuple(
    Row("openai.vector_stores", ("openai", "azure"), "POST GET", f"{base}/vector_stores{path}", STORES, validated=_SDK)
    for base in ("/v1", "/openai/v1")
    for path in _PATHS
)
