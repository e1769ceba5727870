"""One answer on its way back, piece by piece: the plain closure that mitmproxy calls for each chunk.

Three things about ``response.stream`` shape it (measured, mitmproxy 12.2): an empty chunk ends a chunked
HTTP/1.1 answer, so lists are returned; an exception drops the chunk and goes on with status 200, so none
leaves; and ``b""`` comes once, at a clean end only.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass

from maskwire.mitm.coding import Decoder
from maskwire.mitm.ledger import Ledger
from maskwire.stream.channels import StreamRestorer


@dataclass(frozen=True, slots=True)
class Answer:
    """What is needed to restore one answer.

    ``spoiled`` is called once: when restoring fails, and from then on bytes go through as they come, with
    their tokens; or at the end, when a part was not understood. ``broken`` is called when the answer is
    damaged and cannot be decoded: it has to end.
    """

    restorer: StreamRestorer
    decoder: Decoder | None
    ledger: Ledger
    spoiled: Callable[[], None]
    broken: Callable[[], None]


def stream_of(answer: Answer) -> Callable[[bytes], list[bytes]]:
    """Return the callable for ``response.stream``; it never raises and never returns an empty chunk."""
    restorer: StreamRestorer | None = answer.restorer
    dead = False

    def decoded(chunk: bytes) -> bytes:
        nonlocal dead
        if answer.decoder is None or not chunk:
            return chunk
        try:
            return answer.decoder.feed(chunk)
        except Exception:  # noqa: BLE001 - whatever a damaged body does to a decoder, half of it must not pass as whole
            dead = True
            answer.broken()
            return b""

    def restored(plain: bytes, *, last: bool) -> bytes:
        nonlocal restorer
        if restorer is None:
            return plain
        try:
            out = restorer.flush() if last else restorer.feed(plain)
            if last and restorer.unread:
                answer.spoiled()
            return out
        except Exception:  # noqa: BLE001 - the answer is the person's: tokens in it are better than a lost piece
            failed, restorer = restorer, None
            answer.spoiled()
            return _held(failed) + plain

    def step(chunk: bytes) -> list[bytes]:
        answer.ledger.response_bytes += len(chunk)
        if dead:
            return []
        began = time.perf_counter()
        plain = decoded(chunk)
        out = restored(plain, last=not chunk) if plain or not chunk else b""
        answer.ledger.restore_s += time.perf_counter() - began
        return [out] if out else []

    return step


def _held(restorer: StreamRestorer) -> bytes:
    """Return what a failed restorer still held back, if it can say."""
    try:
        return restorer.flush()
    except Exception:  # noqa: BLE001 - it has failed once already
        return b""
