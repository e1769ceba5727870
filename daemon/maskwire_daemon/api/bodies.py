"""The bodies that the API takes. Anything else is refused before it reaches the daemon."""

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, SecretStr

from maskwire.policy import Mode
from maskwire_daemon.pause import MAX_MINUTES

MAX_TEXTS = 10_000
"""Texts of one call; more of them go in several."""


class Body(BaseModel):
    """A JSON object with known keys."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)


def _texts(given: object) -> object:
    """Check by hand: pydantic's own strings refuse lone surrogates, which JSON may hold."""
    if not isinstance(given, list) or not all(isinstance(text, str) for text in given):
        raise ValueError("must be a list of strings")
    return given


class Nothing(Body):
    """An empty object."""


class PauseBody(Body):
    """For how long, and whether secrets stay masked meanwhile."""

    minutes: Annotated[float, Field(gt=0, le=MAX_MINUTES)]
    floor: Annotated[bool, Field(strict=True)] = True


class HostBody(Body):
    """What happens to a host's traffic."""

    mode: Mode


class TextsBody(Body):
    """Texts to look at. ``repr`` shows none of them."""

    texts: Annotated[list[object], Field(max_length=MAX_TEXTS, repr=False), BeforeValidator(_texts)]

    def strings(self) -> list[str]:
        """Return the texts."""
        return [text for text in self.texts if isinstance(text, str)]


class TokenBody(Body):
    """One token, and the passphrase that reading single values takes, where one was set."""

    token: Annotated[str, Field(min_length=1, max_length=400)]
    passphrase: Annotated[SecretStr, Field(max_length=1000)] = SecretStr("")


class PurgeBody(Body):
    """What is old enough to go."""

    older_than_days: Annotated[float, Field(ge=0)]


def _text(given: object) -> object:
    """Check by hand, as ``_texts``."""
    if not isinstance(given, str) or not given:
        raise ValueError("must be a text")
    return given


class SecretBody(Body):
    """One secret to learn. ``repr`` never shows its value."""

    name: Annotated[str, Field(max_length=400)]
    source: Annotated[str, Field(max_length=4096)]
    value: Annotated[object, Field(repr=False), BeforeValidator(_text)]


class SecretsBody(Body):
    """Secrets to learn."""

    secrets: Annotated[list[SecretBody], Field(max_length=MAX_TEXTS)]


class NamesBody(Body):
    """Names or sources of known secrets; none is all."""

    names: list[str]


class ValueBody(Body):
    """One value. ``repr`` does not show it."""

    value: Annotated[object, Field(repr=False), BeforeValidator(_text)]


class AllowanceBody(ValueBody):
    """One value, and where and how long it may pass."""

    host: Annotated[str, Field(max_length=255)] = ""
    until: Annotated[str, Field(pattern=r"^(\d{4}-\d{2}-\d{2})?$")] = ""


class ProofBody(Body):
    """What the canary proved."""

    proven: Annotated[bool, Field(strict=True)] = False


class CanaryBody(Body):
    """A stand-in on this machine, and what to trust for it."""

    address: Annotated[str, Field(pattern=r"^127\.0\.0\.1:[0-9]{1,5}$")]
    pem: Annotated[str, Field(max_length=20_000, pattern=r"^-----BEGIN CERTIFICATE-----[\s\w+/=-]+$")]
