"""Answers that hold people's texts."""

import json
from collections.abc import Mapping
from typing import Any

from starlette.responses import Response


def plain_json(content: Mapping[str, Any]) -> Response:
    """Return an answer whose strings may hold lone surrogates: all beyond ASCII is escaped."""
    return Response(json.dumps(content, separators=(",", ":")), media_type="application/json")
