"""Authenticated encryption of small byte strings: AES-256-GCM with a random nonce in front.

One key may seal 2**32 strings before a repeated nonce is likelier than 2**-32; a vault stays far below.

Source: https://csrc.nist.gov/pubs/sp/800/38/d/final (section 8.3)
"""

import secrets
from typing import NoReturn

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from maskwire.errors import VaultCorrupt

KEY_BYTES = 32
"""Size of every key: AES-256, and HMAC-SHA-256 keyed with as much as its digest."""

NONCE_BYTES = 12
"""The nonce size that GCM handles without hashing it first."""


def framed(*parts: bytes) -> bytes:
    """Join ``parts`` so that no other list of parts gives the same bytes."""
    return b"".join(len(part).to_bytes(8) + part for part in parts)


class Sealer:
    """Seals and opens byte strings under one 32-byte key. Safe to share between threads."""

    __slots__ = ("_cipher",)

    def __init__(self, key: bytes) -> None:
        if len(key) != KEY_BYTES:
            raise ValueError(f"a key has {KEY_BYTES} bytes")
        self._cipher = AESGCM(key)

    def seal(self, plain: bytes, bound: bytes) -> bytes:
        """Return ``plain`` encrypted; it opens only together with the same ``bound``."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, plain, bound)

    def open(self, sealed: bytes, bound: bytes) -> bytes:
        """Return what was sealed.

        Raises:
            VaultCorrupt: the bytes, what they are bound to, or the key differ.
        """
        if len(sealed) < NONCE_BYTES:
            raise VaultCorrupt("stored bytes are too short to be ours")
        try:
            return self._cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], bound)
        except InvalidTag:
            raise VaultCorrupt("stored bytes do not verify: they were changed after maskwire wrote them") from None

    def __repr__(self) -> str:
        return "<Sealer>"

    def __reduce__(self) -> NoReturn:
        raise TypeError("keys do not leave their process")
