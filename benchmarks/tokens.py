"""Cost of finding and restoring tokens, each beside a plain scan of the same text in the same run.

Run: ``uv run python -m benchmarks.tokens [FILE…]``. Without files the text is the source of the standard library.
Times are CPU seconds of this process; the best of five runs counts.
"""

import argparse
import re
import sysconfig
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from maskwire.masker import edits, plan
from maskwire.policy import Action
from maskwire.spans import Span
from maskwire.stream.restorer import ArgumentRestorer, Restoration, Tally, TextRestorer, restore_text
from maskwire.tokens import Minter, find, spell, telling
from maskwire.vault import Finding, Token, surrogate
from maskwire.wire.document import Field

RUNS = 5
TEXT_CHARACTERS = 4_000_000
PLAIN = re.compile(r"(?:PERSON|API_KEY|LOCATION)_[0-9A-Z]{8}|[0-9a-z]+@example\.com")
"""What a program that knows exact tokens only would search for."""


def best(work: Callable[[], object]) -> float:
    """Return the CPU seconds of the fastest run of ``work``."""
    times = []
    for _ in range(RUNS):
        started = time.process_time()
        work()
        times.append(time.process_time() - started)
    return min(times)


def source(files: Sequence[Path]) -> str:
    """Return up to ``TEXT_CHARACTERS`` of text from ``files``, the standard library by default."""
    paths = files or sorted(Path(sysconfig.get_paths()["stdlib"]).glob("*.py"))
    return "".join(path.read_text("utf-8", "replace") for path in paths)[:TEXT_CHARACTERS]


def words(text: str) -> list[str]:
    """Cut ``text`` as a model streams it."""
    return re.findall(r"\s*\S{1,8}|\s+", text)


def report(name: str, seconds: float, size: int, unit: str = "") -> None:
    print(f"{name:<44} {size / seconds / 1e6:9.2f} MB/s {unit}")


def streamed(kind: type[TextRestorer | ArgumentRestorer], how: Restoration, pieces: Sequence[str]) -> Iterator[str]:
    restorer = kind(how)
    yield from map(restorer.feed, pieces)
    yield restorer.flush()


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("files", nargs="*", type=Path)
    text = source(parser.parse_args().files)
    minter = Minter(bytes(32))
    names = [f"Person {index}" for index in range(1000)]
    values = {minter.mint("PERSON", name): name for name in names}
    tokens = list(values)
    lines = text.splitlines()
    dense = "\n".join(f"{line} {tokens[index % 1000]}" for index, line in enumerate(lines))
    how = Restoration(values.get, Tally(), ours=minter.may_be_ours)
    pieces = words(text[:400_000])

    plain = best(lambda: PLAIN.findall(text))
    clean = best(lambda: find(text))
    candidates = find(text)
    print(f"{len(text) / 1e6:.1f} MB of text; CPU time, best of {RUNS} runs")
    report("scan for exact tokens with re", plain, len(text))
    report("find in clean text", clean, len(text), f"({clean / plain:.2f} x re)")
    report("find with a token on every line", best(lambda: find(dense)), len(dense))
    report("restore_text, clean", best(lambda: restore_text(text, how)), len(text))
    report("restore_text, a token on every line", best(lambda: restore_text(dense, how)), len(dense))
    seconds = best(lambda: sum(map(len, streamed(TextRestorer, how, pieces))))
    report("TextRestorer, word by word", seconds, 400_000, f"({seconds / len(pieces) * 1e6:.1f} us per piece)")
    letters = list(text[:100_000])
    seconds = best(lambda: sum(map(len, streamed(TextRestorer, how, letters))))
    report("TextRestorer, letter by letter", seconds, 100_000, f"({seconds / len(letters) * 1e6:.1f} us per piece)")
    reading = replace(how, surrogates=True)
    seconds = best(lambda: sum(map(len, streamed(TextRestorer, reading, pieces))))
    report(
        "TextRestorer, names read, word by word", seconds, 400_000, f"({seconds / len(pieces) * 1e6:.1f} us per piece)"
    )
    report("restore_text, names read, clean", best(lambda: restore_text(text, reading)), len(text))
    arguments = words(
        '{"code": "' + text[:200_000].replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"}'
    )
    seconds = best(lambda: sum(map(len, streamed(ArgumentRestorer, how, arguments))))
    report("ArgumentRestorer, word by word", seconds, 200_000, f"({seconds / len(arguments) * 1e6:.1f} us per piece)")
    seconds = best(lambda: [minter.mint("PERSON", name) for name in names])
    print(f"{'mint an opaque token':<44} {seconds / 1000 * 1e6:9.1f} us")
    seconds = best(lambda: [minter.mint("PERSON", name, scope=surrogate("")) for name in names])
    print(f"{'mint an invented name':<44} {seconds / 1000 * 1e6:9.1f} us")
    cards = [f"4111 1111 1{index:03d} 1111" for index in range(1000)]
    seconds = best(lambda: [spell(minter.mint("CREDIT_CARD", card), card) for card in cards])
    print(f"{'mint and dress a card':<44} {seconds / 1000 * 1e6:9.1f} us")
    seconds = best(lambda: masked(lines, values))
    print(f"{'plan and edits, 1,000 names in as many fields':<44} {seconds * 1e3:9.1f} ms")
    passed = [match.token for match in candidates if minter.may_be_ours(match.token)]
    checked = sum(map(telling, passed))
    print(
        f"{len(candidates)} candidates in clean text: {checked} pass a keyed check, {len(passed) - checked} have none"
    )


def masked(lines: Sequence[str], values: dict[Token, str]) -> int:
    """Mask a name at the end of each of the first thousand lines."""
    fields = [Field(f"{line} {name}", "$") for line, name in zip(lines, values.values(), strict=False)]
    spans = [
        [Span(len(each.text) - len(name), len(each.text), "PERSON", 0.9, "names")]
        for each, name in zip(fields, values.values(), strict=False)
    ]
    tokens = {Finding("PERSON", name): token for token, name in values.items()}
    planned = plan(fields, spans, lambda _entity, _score: Action.MASK, lambda token: token in values)
    return len(edits(planned, [tokens[finding] for finding in planned.findings]))


if __name__ == "__main__":
    main()
