"""The wire vectors: loading them, putting values or tokens in place of placeholders, taking streams apart."""

import copy
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent / "wire"

_PLACEHOLDER = re.compile(r"\{\{(EMAIL|PERSON|PHONE|SECRET)\}\}")
_STEP = re.compile(r"\.([^.\[\]]+)|\[(\d+|\*)\]")
_PARTIAL = frozenset({"function_call_arguments", "mcp_call_arguments"})

Json = Any
Place = tuple[str | int, ...]


@dataclass(frozen=True)
class Vector:
    """One folder of the corpus with its entry in the manifest."""

    entry: Mapping[str, Json]

    @property
    def id(self) -> str:
        return str(self.entry["id"])

    def read(self, part: str) -> bytes:
        return Path(ROOT, self.id, self.entry["files"][part]).read_bytes()

    def has(self, part: str) -> bool:
        return part in self.entry["files"]

    def json(self, part: str) -> Json:
        return json.loads(self.read(part))

    @property
    def host(self) -> str:
        """The host; where the vector has a local one, that of the same format's cloud."""
        return str(self.entry["host"]).replace("localhost:11434", "ollama.com").replace("localhost:1234", "ollama.com")

    @property
    def sources(self) -> tuple[str, ...]:
        """Paths of strings that hold JSON source, whole or in pieces."""
        return tuple(self.entry.get("json_string_paths", ()))

    def paths(self, key: str) -> list[str]:
        return list(self.entry.get(key, []))


@cache
def _entries() -> Mapping[str, Vector]:
    manifest = json.loads((ROOT / "manifest.json").read_text())
    return {entry["id"]: Vector(entry) for entry in manifest["fixtures"]}


def vector(name: str) -> Vector:
    return _entries()[name]


def vectors() -> list[Vector]:
    return list(_entries().values())


def general(place: Place) -> str:
    """Return a place in the manifest's notation, array positions as ``[*]``."""
    return "$" + "".join("[*]" if isinstance(step, int) else f".{step}" for step in place)


def leaves(node: Json, place: Place = ()) -> Iterator[tuple[Place, Json]]:
    """Yield every value that is not a container."""
    if isinstance(node, dict):
        for key, value in node.items():
            yield from leaves(value, (*place, key))
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from leaves(value, (*place, index))
    else:
        yield place, node


def under(path: str, root: str) -> bool:
    """Tell whether ``path`` is ``root`` or below it."""
    return path == root or path.startswith((root + ".", root + "["))


def fill(node: Json, values: Mapping[str, str], sources: tuple[str, ...] = (), place: Place = ()) -> Json:
    """Return a copy with placeholders replaced; inside JSON source the value is escaped once more."""
    if isinstance(node, dict):
        return {key: fill(value, values, sources, (*place, key)) for key, value in node.items()}
    if isinstance(node, list):
        return [fill(value, values, sources, (*place, index)) for index, value in enumerate(node)]
    if not isinstance(node, str) or "{{" not in node:
        return node
    in_source = general(place) in sources

    def value(match: re.Match[str]) -> str:
        found = values[match[1]]
        return json.dumps(found, ensure_ascii=False)[1:-1] if in_source else found

    return _PLACEHOLDER.sub(value, node)


def _sources(vector: Vector, event: Json) -> tuple[str, ...]:
    """Return where an event holds JSON source; in Responses the event's type decides."""
    kind = str(event.get("type", "")) if isinstance(event, dict) else ""
    partial = kind.split(".")[1:2] and kind.split(".")[1] in _PARTIAL and kind.endswith(".delta")
    return (*vector.sources, "$.delta") if partial else vector.sources


def fill_data(vector: Vector, data: str, values: Mapping[str, str]) -> str:
    event = json.loads(data)
    return json.dumps(fill(event, values, _sources(vector, event)), ensure_ascii=False)


@dataclass(frozen=True)
class Sse:
    name: str
    data: str
    comment: str = ""


def parse_sse(raw: bytes) -> list[Sse]:
    """Return the events of a whole stream, as a browser would dispatch them, and its comments."""
    found: list[Sse] = []
    for block in re.split(r"\n\n", raw.decode().replace("\r\n", "\n").replace("\r", "\n")):
        name, comment = "", ""
        data: list[str] = []
        for line in block.split("\n"):
            key, _, value = line.partition(":")
            value = value.removeprefix(" ")
            if key == "data":
                data.append(value)
            elif key == "event":
                name = value
            elif not key and value:
                comment = value
        if data or comment:
            found.append(Sse(name, "\n".join(data), comment))
    return found


def dump_sse(events: list[Sse], newline: str = "\n") -> bytes:
    out: list[str] = []
    for event in events:
        lines = [f":{event.comment}"] if event.comment else []
        lines += [f"event: {event.name}"] if event.name else []
        lines += [f"data: {line}" for line in event.data.split("\n")] if event.data else []
        out.append(newline.join([*lines, "", ""]))
    return "".join(out).encode()


def fill_sse(vector: Vector, values: Mapping[str, str], newline: str = "\n") -> bytes:
    """Return the vector's stream with placeholders replaced."""
    return dump_sse(
        [
            Sse(e.name, fill_data(vector, e.data, values) if e.data.startswith("{") else e.data, e.comment)
            for e in parse_sse(vector.read("stream"))
        ],
        newline,
    )


def places(node: Json, path: str) -> list[Place]:
    """Return the places in ``node`` that a manifest path names."""
    found: list[Place] = [()]
    for name, index in _STEP.findall(path):
        following: list[Place] = []
        for place in found:
            here = at(node, place)
            if name and isinstance(here, dict) and name in here:
                following.append((*place, name))
            elif index and isinstance(here, list):
                wanted = range(len(here)) if index == "*" else [int(index)]
                following += [(*place, i) for i in wanted if i < len(here)]
        found = following
    return found


def at(node: Json, place: Place) -> Json:
    for step in place:
        node = node[step]
    return node


def _deltas(vector: Vector, name: str, event: Json) -> Iterator[tuple[Mapping[str, Json], Place]]:
    kind = event.get("type", event.get("event_type")) if isinstance(event, dict) else None
    for delta in vector.entry.get("deltas", []):
        if delta["event"] in (None, name, kind):
            for place in places(event, delta["path"].replace("[0]", "[*]")):
                if isinstance(at(event, place), str):
                    yield delta, place


def unfinish(event: Json) -> None:
    """Take away what says that an event is its choice's last."""
    for node in event.values() if isinstance(event, dict) else event:
        if isinstance(node, dict | list):
            unfinish(node)
    if isinstance(event, dict) and event.get("finishReason", event.get("finish_reason")):
        event.pop("finishReason", None)
        event.pop("finish_reason", None)


def resplit(vector: Vector, raw: bytes, size: int) -> bytes:
    """Cut every delta into events of ``size`` characters, so that tokens cross events."""
    found: list[Sse] = []
    for event in parse_sse(raw):
        tree = json.loads(event.data) if event.data.startswith("{") else None
        place = next((p for _, p in _deltas(vector, event.name, tree) if len(at(tree, p)) > size), None)
        if place is None:
            found.append(event)
            continue
        text = at(tree, place)
        for start in range(0, len(text), size):
            piece = copy.deepcopy(tree)
            at(piece, place[:-1])[place[-1]] = text[start : start + size]
            if start + size < len(text):
                unfinish(piece)
            found.append(Sse(event.name, json.dumps(piece, ensure_ascii=False)))
    return dump_sse(found)


def _channel(delta: Mapping[str, Json], event: Json, place: Place) -> str:
    """Name a channel by the ``index`` members on its way, by array positions where there are none."""
    name, node = "", event
    for step in place:
        node = node[step]
        own = node.get("index", step) if isinstance(step, int) and isinstance(node, dict) else step
        name += f"[{own}]" if isinstance(step, int) else f".{step}"
    groups = ",".join(str(event.get(key)) for key in delta.get("group", []))
    thought = isinstance(event, dict) and "thought" in json.dumps(event)
    return f"{delta['event']}|{name}|{groups}|{thought}"


def assemble(vector: Vector, raw: bytes) -> dict[str, str]:
    """Return the text of every channel of a stream, its deltas joined."""
    texts: dict[str, str] = {}
    for event in parse_sse(raw):
        if not event.data.startswith("{"):
            continue
        tree = json.loads(event.data)
        for delta, place in _deltas(vector, event.name, tree):
            channel = _channel(delta, tree, place)
            texts[channel] = texts.get(channel, "") + at(tree, place)
    return texts
