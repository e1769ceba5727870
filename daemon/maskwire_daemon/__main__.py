"""``python -m maskwire_daemon``: the same as the ``maskwire`` command; also how it starts itself."""

import sys

from maskwire_daemon.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
