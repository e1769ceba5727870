"""Runs one target under atheris: coverage of maskwire's own modules guides what is tried.

Run: ``uv run --group fuzz python -m tests.fuzz.run TARGET SECONDS [FOLDER]``. Inputs that reach new code are kept in
``FOLDER`` and tried first the next time. A check that fails ends the run with status 1 and leaves its input there.

Source: https://github.com/google/atheris, https://llvm.org/docs/LibFuzzer.html
"""

import argparse
import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["maskwire"]):
    from tests.fuzz.targets import TARGETS, Target

LONGEST = 4096
"""Bytes of an input: every state of the readers fits, and thousands are tried in a second."""


def fuzz(target: Target, seconds: int, folder: Path) -> None:
    """Try inputs for ``seconds``; does not return."""
    for number, seed in enumerate(target.seeds):
        (folder / f"seed-{number}").write_bytes(seed)
    options = [f"-max_total_time={seconds}", f"-max_len={LONGEST}", "-timeout=10", "-rss_limit_mb=2048"]
    prefix = f"-artifact_prefix={folder}/failed-"
    atheris.Setup([sys.argv[0], *options, prefix, "-print_final_stats=1", str(folder)], target.check)
    atheris.Fuzz()


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("target", choices=TARGETS)
    parser.add_argument("seconds", type=int)
    parser.add_argument("folder", type=Path, nargs="?", help="where inputs are kept; by default a temporary folder")
    chosen = parser.parse_args()
    folder = chosen.folder or Path(tempfile.mkdtemp(prefix=f"fuzz-{chosen.target}-"))
    folder.mkdir(parents=True, exist_ok=True)
    fuzz(TARGETS[chosen.target], chosen.seconds, folder)


if __name__ == "__main__":
    main()
