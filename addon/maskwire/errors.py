"""Everything maskwire raises on purpose.

MaskwireError
├── ConfigError            the person's file is wrong: names file, line, key
├── BlockedError           a request must not leave; becomes a refusal in the provider's own shape
├── VaultError             a value cannot be stored or read back
│   ├── VaultLocked        the key is not available now (keyring locked, wrong passphrase)
│   ├── VaultUnreachable   the vault is elsewhere and does not answer; a later try may work
│   └── VaultCorrupt       the stored bytes do not verify; the file is kept
└── ControlError           the daemon cannot be reached or refuses the call

No message, argument or ``repr`` of these holds a value that was found in somebody's text.
"""

from enum import StrEnum
from pathlib import Path


class Reason(StrEnum):
    """Why a request was refused: stable words for the journal, the error body and tests."""

    DETECTOR_FAILED = "detector_failed"
    DETECTOR_TIMEOUT = "detector_timeout"
    VAULT_UNAVAILABLE = "vault_unavailable"
    UNKNOWN_SURFACE = "unknown_surface"
    BODY_NOT_UNDERSTOOD = "body_not_understood"
    BODY_TOO_LARGE = "body_too_large"
    ENCODING_UNSUPPORTED = "encoding_unsupported"
    UPGRADE_UNSUPPORTED = "upgrade_unsupported"
    CONTENT_UNSUPPORTED = "content_unsupported"
    SIGNED_BODY = "signed_body"
    POLICY_BLOCKED = "policy_blocked"
    HOST_MISMATCH = "host_mismatch"
    EGRESS_GUARD = "egress_guard"
    INTERNAL_ERROR = "internal_error"


class MaskwireError(Exception):
    """Base of all errors that maskwire raises on purpose."""


class ConfigError(MaskwireError):
    """A setting cannot be used; nothing was changed."""

    def __init__(self, problem: str, *, file: Path | None = None, line: int | None = None, key: str = "") -> None:
        where = str(file) if file else "configuration"
        if line is not None:
            where += f":{line}"
        super().__init__(f"{where}: {f'{key}: ' if key else ''}{problem}")
        self.file, self.line, self.key, self.problem = file, line, key, problem


class BlockedError(MaskwireError):
    """A request that must not leave the machine.

    ``str()`` is shown to the person by their own program, so it names the cause and the remedy.
    """

    def __init__(self, reason: Reason, message: str) -> None:
        super().__init__(message)
        self.reason = reason


class VaultError(MaskwireError):
    """A value could not be stored or read back."""


class VaultLocked(VaultError):
    """The vault's key is not available now; unlocking it and trying again may work."""


class VaultUnreachable(VaultError):
    """The vault is on another machine, which does not answer or refuses; the message says which and why."""


class VaultCorrupt(VaultError):
    """Stored bytes do not verify. The file is left as it is for recovery."""


class ControlError(MaskwireError):
    """The running daemon could not be reached, or refused what was asked."""
