"""Stands in for a provider until it is ended: prints its address and writes its authority and all that it heard.

maskwire-python stand_in.py FOLDER     writes FOLDER/stand-in.pem, FOLDER/address and FOLDER/heard
"""

import sys
import time
from pathlib import Path

from maskwire_daemon.standin.server import StandIn, running


def main() -> None:
    """Serve."""
    folder = Path(sys.argv[1])
    with running(StandIn()) as stand_in:
        (folder / "stand-in.pem").write_text(stand_in.pem, encoding="ascii")
        (folder / "address").write_text(stand_in.address, encoding="ascii")
        while True:
            (folder / "heard").write_bytes(stand_in.heard())
            time.sleep(0.2)


if __name__ == "__main__":
    main()
