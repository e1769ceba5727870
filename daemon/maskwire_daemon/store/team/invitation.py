"""An invitation: all that a machine needs to join a team, in a text that a passphrase opens. Sans-IO.

The passphrase is made here, since nobody has to remember it: 100 random bits that no search goes through, said on
another way than the text. It is stretched by Argon2id all the same, as the vault's own passphrase is.
"""

import base64
import binascii
import json
import secrets
import textwrap
from dataclasses import dataclass, field
from typing import Final

from maskwire.errors import ConfigError, VaultCorrupt, VaultLocked
from maskwire_daemon.store.passphrase import SealedKey
from maskwire_daemon.store.team.address import url_problem
from maskwire_daemon.store.team.membership import Membership

_FIRST: Final = "-----BEGIN MASKWIRE TEAM INVITATION-----"
_LAST: Final = "-----END MASKWIRE TEAM INVITATION-----"

_LETTERS: Final = "abcdefghjkmnpqrstuvwxyz023456789"
"""32 characters of which none is read as another."""

_GROUPS: Final = 5
_GROUP: Final = 4
"""Characters of a passphrase: twenty of five bits each, in groups that can be read out."""

_VERSION: Final = 1


@dataclass(frozen=True, slots=True)
class Invitation:
    """The membership, where Redis is, and the PEM text of the authority that signed its certificate, if not a known
    one."""

    url: str
    membership: Membership = field(repr=False)
    authority: str = ""


def new_passphrase() -> str:
    """Return a passphrase for one invitation."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(_GROUP)) for _ in range(_GROUPS))


def write(invitation: Invitation, passphrase: str) -> str:
    """Return the invitation as text that ``passphrase`` opens. Takes half a second."""
    named = {
        "team": _VERSION,
        "url": invitation.url,
        "authority": invitation.authority,
        **invitation.membership.to_json(),
    }
    sealed = SealedKey.seal(json.dumps(named).encode(), passphrase).to_json()
    lines = textwrap.wrap(base64.b64encode(sealed).decode(), 76)
    return "\n".join((_FIRST, *lines, _LAST, ""))


def read(text: str, passphrase: str) -> Invitation:
    """Return the invitation in ``text``; what stands around it, as in a mail, does not matter.

    Raises:
        ConfigError: there is none.
        VaultLocked: the passphrase is not the one that was made with it, or the text was changed.
    """
    _, begun, rest = text.partition(_FIRST)
    inner, ended, _ = rest.partition(_LAST)
    try:
        sealed = SealedKey.from_json(base64.b64decode("".join(inner.split()) if begun and ended else "", validate=True))
    except (ValueError, binascii.Error):
        raise ConfigError("is not an invitation: it begins with " + _FIRST, key="invitation") from None
    try:
        named = json.loads(sealed.open(passphrase.strip().lower()))
    except VaultCorrupt:
        raise VaultLocked("the passphrase does not open this invitation, or the text was changed on its way") from None
    if not isinstance(named, dict) or named.get("team") != _VERSION or url_problem(str(named.get("url"))):
        raise ConfigError("was written by another version of maskwire", key="invitation")
    return Invitation(str(named["url"]), Membership.from_json(named), str(named.get("authority", "")))
