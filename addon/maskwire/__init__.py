"""The core of maskwire: finding, tokens, wire formats and restoring, all sans-IO but ``maskwire.mitm``."""
