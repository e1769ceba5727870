"""The table in ``docs/surfaces.md``: ``python -m maskwire_daemon.cli.surfaces_page docs/surfaces.md`` makes it anew."""

import sys
from pathlib import Path

from maskwire.wire.catalog import entries, markdown

HEADING = "## Every surface\n"


def page(text: str) -> str:
    """Return the page ``text`` with the table as it is now; what stands before its heading stays."""
    return f"{text.partition(HEADING)[0]}{HEADING}\n{markdown(entries())}"


if __name__ == "__main__":
    path = Path(sys.argv[1])
    path.write_text(page(path.read_text(encoding="utf-8")), encoding="utf-8")
