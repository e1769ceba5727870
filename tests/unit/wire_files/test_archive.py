"""Archives keep the bytes of what does not change, and hide nothing."""

import io
import struct
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maskwire.errors import BlockedError, Reason
from maskwire.wire.attachments.archive import Archive, Change
from maskwire.wire.attachments.file import File, Reading
from maskwire.wire.attachments.limits import Budget, Limits
from maskwire.wire.attachments.opening import open_file
from maskwire.wire.document import Document
from tests.strategies.files import NAME, TOKENS, masked, packed, texts, unpacked

contents = st.dictionaries(st.text("abcé/", min_size=1, max_size=6), st.binary(max_size=200), max_size=5)


class Pipe(io.RawIOBase):
    """A file that cannot seek, so that archives written to it carry data descriptors."""

    def __init__(self) -> None:
        self.written = b""

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]
        self.written += bytes(data)
        return len(data)


def streamed(members: dict[str, bytes]) -> bytes:
    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            with archive.open(name, "w", force_zip64=len(content) > 100) as member:
                member.write(content)
    return pipe.written


def opened(body: bytes, limits: Limits | None = None) -> Document:
    return open_file(File("a.zip", "", body), Reading(budget=Budget(limits or Limits())))


@settings(deadline=None)
@given(contents, st.booleans(), st.data())
def test_only_what_changes_is_written_anew(members: dict[str, bytes], descriptors: bool, data: st.DataObject) -> None:
    body = streamed(members) if descriptors else packed(members, stored=sorted(members)[:2])
    archive = Archive(body)
    changed = data.draw(st.lists(st.sampled_from(sorted(members)), unique=True) if members else st.just([]))
    new = archive.replace({name: Change(b"new " + members[name]) for name in changed})

    assert archive.replace({}) == body
    assert unpacked(new) == {name: b"new " + c if name in changed else c for name, c in members.items()}
    assert [m.name for m in Archive(new).members] == list(members)


def test_names_and_texts_inside_are_masked() -> None:
    body = packed({f"{NAME}.txt": f"I am {NAME}".encode(), "é/other.csv": b"a,b\n1,2\n"})

    assert unpacked(masked(opened(body))) == {
        f"{TOKENS[NAME]}.txt": f"I am {TOKENS[NAME]}".encode(),
        "é/other.csv": b"a,b\n1,2\n",
    }


def test_archives_inside_archives_are_read_to_a_limit() -> None:
    body = NAME.encode()
    for depth in range(4):
        body = packed({f"{depth}.txt" if not depth else f"{depth}.zip": body})
        if depth < 3:
            assert NAME in texts(opened(body))

    with pytest.raises(BlockedError) as refused:
        opened(body)

    assert refused.value.reason is Reason.BODY_TOO_LARGE


@pytest.mark.parametrize(
    ("members", "limits"),
    [
        ({"a.txt": b" " * 4_000_000}, Limits()),
        ({f"{i}.txt": b"x" for i in range(20)}, Limits(members=10)),
        ({f"{i}.txt": bytes(range(32, 127)) * 100 for i in range(20)}, Limits(expanded_bytes=100_000)),
    ],
    ids=["ratio", "members", "expanded"],
)
def test_a_bomb_is_refused(members: dict[str, bytes], limits: Limits) -> None:
    with pytest.raises(BlockedError) as refused:
        opened(packed(members), limits)

    assert refused.value.reason is Reason.BODY_TOO_LARGE


def test_a_member_larger_than_declared_is_refused() -> None:
    body = bytearray(packed({"a.txt": b"x" * 5000}))
    directory = body.index(b"PK\x01\x02")
    body[directory + 24 : directory + 28] = struct.pack("<L", 10)

    with pytest.raises(BlockedError):
        opened(bytes(body))


WHOLE = packed({"a.txt": b"hello", "b.txt": b"world"})


@pytest.mark.parametrize(
    "body",
    [
        b"PK\x03\x04",
        WHOLE[:-1],
        WHOLE + b"x",
        b"hidden" + WHOLE,
        WHOLE.replace(b"PK\x01\x02", b"hidden older copyPK\x01\x02", 1),
        WHOLE.replace(b"hello", b"hellx") if b"hello" in WHOLE else WHOLE[:40] + b"\xff" + WHOLE[41:],
        WHOLE.replace(b"a.txt", b"c.txt", 1),
        WHOLE.replace(b"b.txt", b"a.txt"),
    ],
)
def test_a_damaged_or_ambiguous_archive_is_refused(body: bytes) -> None:
    with pytest.raises(BlockedError) as refused:
        opened(body if body.startswith(b"PK\x03\x04") else b"PK\x03\x04" + body)

    assert refused.value.reason is Reason.CONTENT_UNSUPPORTED


def test_an_encrypted_or_commented_archive_is_refused() -> None:
    encrypted = bytearray(WHOLE)
    encrypted[WHOLE.index(b"PK\x01\x02") + 8] |= 1
    made = io.BytesIO(WHOLE)
    with zipfile.ZipFile(made, "a") as archive:
        archive.comment = NAME.encode()

    for body in (bytes(encrypted), made.getvalue()):
        with pytest.raises(BlockedError):
            opened(body)


def test_two_members_that_would_share_a_name_are_refused() -> None:
    document = opened(packed({"Ada.txt": b"", "Bob.txt": b""}))

    with pytest.raises(BlockedError, match="same name"):
        masked(document, {"Ada": "X", "Bob": "X"})


@settings(deadline=None)
@given(st.binary(max_size=60), st.integers(0, len(WHOLE)), st.integers(0, 8))
def test_any_damage_is_refused_or_harmless(noise: bytes, at: int, cut: int) -> None:
    body = WHOLE[:at] + noise + WHOLE[at + cut :]
    if not body.startswith(b"PK\x03\x04"):
        return
    try:
        document = opened(body)
    except BlockedError:
        return

    assert document.splice({}) == body
