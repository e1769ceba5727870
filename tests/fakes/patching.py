"""A web application's own reading of a patched document: what the person would see."""

import copy
import json
from typing import Any

from tests.vectors.corpus import parse_sse

Json = Any


class PatchedPage:
    """Applies the patches of chatgpt.com or chat.deepseek.com as third-party clients do."""

    def __init__(self) -> None:
        self.documents: dict[int, Json] = {}
        self._path, self._action, self._at = "", "add", 0

    def read(self, raw: bytes) -> "PatchedPage":
        for event in parse_sse(raw):
            patch = json.loads(event.data) if event.data.startswith("{") else {}
            if "v" in patch and "type" not in patch:
                self._take(patch)
        return self

    def _take(self, patch: Json) -> None:
        self._at = patch.get("c", self._at)
        value = patch["v"]
        new = isinstance(value, dict) and ("message" in value or "response" in value)
        if new and "p" not in patch and "o" not in patch:
            self.documents[self._at] = copy.deepcopy(value)
            return
        relative = "p" in patch and not patch["p"].startswith("/")
        self._path = patch.get("p", self._path)
        self._action = patch.get("o", "SET" if relative and patch["p"] else self._action)
        if self._action not in ("patch", "BATCH"):
            self._apply(self._path, self._action, value)
            return
        for one in value:
            base = self._path + "/" if self._action == "BATCH" else ""
            self._apply(base + one["p"], one.get("o", "SET"), one["v"])

    def _apply(self, path: str, action: str, value: Json) -> None:
        keys: list[str | int] = [int(k) if k.lstrip("-").isdigit() else k for k in path.split("/") if k]
        value = copy.deepcopy(value)
        if not keys:
            self.documents[self._at] = value
            return
        parent = self.documents[self._at]
        for key in keys[:-1]:
            parent = parent[key]
        last = keys[-1]
        match action.lower():
            case "append" if isinstance(value, dict):
                parent[last].update(value)
            case "append":
                parent[last] += value
            case "truncate":
                units = parent[last].encode("utf-16-le")[: 2 * value]
                parent[last] = units.decode("utf-16-le")
            case _:
                parent[last] = value
