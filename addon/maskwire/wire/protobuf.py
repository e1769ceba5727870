"""Protobuf messages as JSON text and back, so that the rules and scripts of JSON serve them too. Sans-IO.

The JSON has one member for each field on the wire, in that order, named as in the ``.proto`` file. What holds no text
stands as it came, in hex, in members named ``#``; so a message whose view was not edited packs to its own bytes.
Source: https://protobuf.dev/programming-guides/encoding/
"""

import base64
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

RAW = "#"
"""The member that holds a whole field, tag included, in hex."""

_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
_LONGEST_VARINT = 10
MAX_FIELDS = 1_000_000
"""Fields of one message, inner ones included: a conversation of 32 MiB has some thousands."""

_WORDS_UP_TO = 2**31
"""Larger varints are negative numbers or none of the indexes and words that a schema names."""

Pairs = tuple[tuple[str, object], ...]


class NotProtobuf(ValueError):
    """The bytes are no message of the schema. The message says where, never what."""


@dataclass(frozen=True, slots=True)
class Text:
    """A string."""

    name: str
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class File:
    """Bytes that are a file: base64 in the view."""

    name: str
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class Word:
    """A number that counts, or an enumeration whose ``words`` stand for 0, 1, 2 …"""

    name: str
    words: tuple[str, ...] = ()
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class Bare:
    """A field of a known type that holds no text: packed numbers, times, counts."""

    name: str = RAW
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class Inner:
    """A message inside."""

    name: str
    message: "Message"
    repeated: bool = False


Field = Text | File | Word | Bare | Inner


@dataclass(frozen=True, slots=True)
class Message:
    """A message's fields by number; ``numbers`` leads back from their names."""

    fields: Mapping[int, Field]
    numbers: Mapping[str, int] = field(init=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "numbers", {each.name: number for number, each in self.fields.items()})


EMPTY = Message({})
"""A message of which no field is known."""


def view(data: bytes, message: Message, *, strict: bool) -> str:
    """Return ``data`` as the text of a JSON object.

    With ``strict``, a field that might hold text and is not in the schema is an error; else it stays unread.

    Raises:
        NotProtobuf: the bytes are no such message.
    """
    return _object(data, message, _Reading(strict))


def pack(text: str, message: Message) -> bytes:
    """Return the message whose view is ``text``.

    Raises:
        NotProtobuf: the text is no view of this schema.
    """
    return _packed(json.loads(text, object_pairs_hook=tuple), message)


@dataclass(slots=True)
class _Reading:
    """One message on its way into a view: how strictly, and how many fields it may still have."""

    strict: bool
    left: int = MAX_FIELDS

    def count(self) -> None:
        self.left -= 1
        if self.left < 0:
            raise NotProtobuf(f"more than {MAX_FIELDS} fields")


def _object(data: bytes, message: Message, reading: _Reading) -> str:
    found: list[tuple[str, list[str]]] = []
    for number, wire, start, at, end in _fields(data):
        reading.count()
        known = message.fields.get(number)
        value = _value(data[at:end], wire, known, reading)
        if value is None:
            if known is None and wire == _BYTES and reading.strict:
                raise NotProtobuf(f"field {number} at byte {start} is not known")
            known, value = None, data[start:end].hex()
        name = known.name if known is not None else RAW
        if found and found[-1][0] == name and (known is None or known.repeated):
            found[-1][1].append(value)
        else:
            found.append((name, [value]))
    listed = {each.name for each in message.fields.values() if each.repeated}
    return "{" + ",".join([f"{json.dumps(name)}:{_member(name, values, listed)}" for name, values in found]) + "}"


def _member(name: str, values: list[str], listed: set[str]) -> str:
    if name == RAW:
        return f'"{"".join(values)}"'
    return f"[{','.join(values)}]" if name in listed else values[0]


def _value(content: bytes, wire: int, known: Field | None, reading: _Reading) -> str | None:
    """Return a field's content as JSON text, ``None`` where it stays as it is."""
    if wire == _BYTES:
        match known:
            case Inner(message=message):
                return _object(content, message, reading)
            case Text():
                return json.dumps(_utf8(content), ensure_ascii=False)
            case File():
                return f'"{base64.b64encode(content).decode()}"'
    if wire == _VARINT and isinstance(known, Word):
        number, _ = _varint(content, 0)
        if number < len(known.words):
            return json.dumps(known.words[number])
        return str(number) if number < _WORDS_UP_TO else None
    return None


def _utf8(content: bytes) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        pass
    raise NotProtobuf("a string is not UTF-8")


def _fields(data: bytes) -> Iterator[tuple[int, int, int, int, int]]:
    """Yield number, wire type, where the field starts, and from where to where its content stands."""
    at = 0
    while at < len(data):
        start = at
        tag, at = _varint(data, at)
        number, wire = tag >> 3, tag & 7
        content = at
        if wire == _VARINT:
            _, at = _varint(data, at)
        elif wire == _BYTES:
            size, content = _varint(data, at)
            at = content + size
        elif wire in (_FIXED64, _FIXED32):
            at += 8 if wire == _FIXED64 else 4
        else:
            raise NotProtobuf(f"a group or an unknown wire type at byte {start}")
        if number == 0 or at > len(data):
            raise NotProtobuf(f"a field that ends nowhere at byte {start}")
        yield number, wire, start, content, at


def _varint(data: bytes, at: int) -> tuple[int, int]:
    """Return the number at ``at`` and where it ends."""
    number = 0
    for shift, byte in enumerate(data[at : at + _LONGEST_VARINT]):
        number |= (byte & 0x7F) << (7 * shift)
        if byte < 0x80:
            return number, at + shift + 1
    raise NotProtobuf(f"a number without an end at byte {at}")


def varint(number: int) -> bytes:
    """Return a number as it stands on the wire."""
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def _packed(members: object, message: Message) -> bytes:
    if not isinstance(members, tuple):
        raise NotProtobuf("a message is not an object")
    out: list[bytes] = []
    for name, value in members:
        if name == RAW:
            out.append(bytes.fromhex(value))
            continue
        number = message.numbers.get(name)
        if number is None:
            raise NotProtobuf("a member is not in the schema")
        known = message.fields[number]
        out += [_field(number, known, each) for each in (value if isinstance(value, list) else [value])]
    return b"".join(out)


def _field(number: int, known: Field, value: object) -> bytes:
    if isinstance(known, Word):
        count = known.words.index(value) if isinstance(value, str) else value
        assert isinstance(count, int)  # views hold words and whole numbers here
        return varint(number << 3 | _VARINT) + varint(count)
    content = _CONTENT[type(known)](known, value)
    return varint(number << 3 | _BYTES) + varint(len(content)) + content


def _inner(known: Field, value: object) -> bytes:
    assert isinstance(known, Inner)  # chosen by its type
    return _packed(value, known.message)


_CONTENT: Mapping[type, Callable[[Field, object], bytes]] = {
    Inner: _inner,
    Text: lambda _, value: str(value).encode("utf-8", "replace"),
    File: lambda _, value: base64.b64decode(str(value)),
}
