"""A master key as text: base64 of exactly 32 bytes. Sans-IO."""

import base64
import binascii

from maskwire.errors import ConfigError
from maskwire_daemon.store.sealing import KEY_BYTES


def to_text(key: bytes) -> str:
    """Return ``key`` as it is kept in keyrings and files: 44 characters."""
    return base64.b64encode(key).decode()


def from_text(text: str, source: str) -> bytes:
    """Return the key in ``text``; space around it is no part of it.

    Raises:
        ConfigError: it is not base64 of 32 bytes. The message names ``source`` and never the text.
    """
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != KEY_BYTES:
        raise ConfigError(f"{source} does not hold a key: {KEY_BYTES} bytes in base64 are 44 characters", key="keys")
    return key
