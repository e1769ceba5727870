"""The ``maskwire`` command."""
