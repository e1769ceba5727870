"""The ``maskwire`` command. Each subcommand is one module, imported only when it is asked for."""

from maskwire_daemon.cli.main import main

__all__ = ["main"]
