"""What an entry of the audit log tells, in the words of a person. Sans-IO."""

import re
from collections.abc import Sequence
from typing import Final

from maskwire_daemon.store.act import Act
from maskwire_daemon.store.audit import LOST
from maskwire_daemon.store.folding import OTHERS

_CALLS: Final[Sequence[tuple[str, str]]] = (
    (r"POST (?:/v1)?/pause", "Paused protection"),
    (r"POST (?:/v1)?/resume", "Ended a pause"),
    (r"POST /v1/login", "Logged a browser in"),
    (r"POST /logout", "Logged out"),
    (r"POST /access/logout", "Logged browsers out"),
    (r"POST (?:/v1/access|/access/tokens)", "Made a token of access"),
    (r"POST /access/remove|DELETE /v1/access/(.+)", "Took a token of access back"),
    (r"POST /v1/scan", "Searched texts"),
    (r"POST /v1/mask", "Masked texts"),
    (r"POST /v1/(?:restore|detokenize)", "Restored texts"),
    (r"POST /playground", "Used the playground"),
    (r"POST /playground/rule", "Made a rule on the playground"),
    (r"POST (?:/v1|/vault)/reveal", "Asked for a single value"),
    (r"POST (?:/v1|/vault)/purge", "Removed values"),
    (r"POST (?:/v1)?/vault/rotate", "Changed keys"),
    (r"POST (?:/v1)?/vault/passphrase|PUT /v1/reveal/passphrase", "Changed a passphrase"),
    (r"POST (?:/v1)?/vault/destroy", "Destroyed the vault"),
    (r"PUT /v1/hosts/(.+)|POST /hosts/([^/]+)(?:/.*)?", "Changed a host"),
    (r"POST /hosts", "Changed hosts"),
    (r"POST /rules/(?:trial|try)", "Tried a pattern"),
    (r"POST /rules.*", "Changed rules"),
    (r"POST /v1/secrets", "Learned secrets"),
    (r"DELETE /v1/secrets", "Forgot secrets"),
    (r"POST /v1/allowances", "Let a value pass"),
    (r"DELETE /v1/allowances", "Took an allowance back"),
    (r"POST /v1/media", "Let images or sound pass"),
    (r"POST /v1/events/verify", "Checked an export"),
    (r"POST /v1/sessions(?:/.*)?|DELETE /v1/sessions/.*", "Worked in a session of its own"),
    (r"POST /v1/canary|DELETE /v1/canary|POST /v1/capture/verify", "Proved that protection works"),
    (r"PUT /v1/capture/(.+)", "Changed how programs are covered"),
    (r"POST /v1/shutdown", "Stopped the daemon"),
)

_COMPILED: Final = tuple((re.compile(pattern), words) for pattern, words in _CALLS)

_OTHERS: Final = {
    "changed": "Changed settings",
    "reveal": "Looked up a token",
    "passphrase": "Changed a passphrase",
    LOST: "Lost entries of this log",
    OTHERS: "Made other calls",
}


def told(act: Act) -> str:
    """Return what was done, as a sentence; the call itself when it is not known here."""
    if (known := _OTHERS.get(act.deed)) is not None:
        return known
    call = f"{act.deed} {act.subject}"
    return next((words for pattern, words in _COMPILED if pattern.fullmatch(call)), call)


def about(act: Act) -> str:
    """Return what it was done to, where that is more than the address of a call: a host, settings, a token."""
    if act.deed in _OTHERS:
        return act.subject
    call = f"{act.deed} {act.subject}"
    match = next((found for pattern, _ in _COMPILED if (found := pattern.fullmatch(call))), None)
    return next((group for group in match.groups() if group), "") if match is not None else ""
