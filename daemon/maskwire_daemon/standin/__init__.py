"""A stand-in for the LLM providers: speaks their formats over TLS on loopback and gives back what it was told.

``maskwire demo`` and the end-to-end tests use it; no account, no network. What it heard is kept as raw bytes,
so that one can look for values that should never have arrived.
"""
