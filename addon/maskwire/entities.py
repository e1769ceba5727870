"""What kinds of value maskwire hides, and how each kind is treated by the rest of the core.

Names are Presidio's where it has them, else in the same style.
Source: https://microsoft.github.io/presidio/supported_entities/
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class Kind(StrEnum):
    """How sure one can be that the same characters elsewhere mean the same value."""

    SECRET = "secret"  # noqa: S105 - a kind's name, not a credential
    """Grants access: protected even while paused."""
    STRUCTURED = "structured"
    """Has a grammar or checksum of its own, so a second occurrence is the same value."""
    PROSE = "prose"
    """Ordinary words (a surname, a town): a second occurrence may be something else."""


KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "API_KEY": Kind.SECRET,
        "PASSWORD": Kind.SECRET,
        "PRIVATE_KEY": Kind.SECRET,
        "JWT": Kind.SECRET,
        "EMAIL_ADDRESS": Kind.STRUCTURED,
        "PHONE_NUMBER": Kind.STRUCTURED,
        "CREDIT_CARD": Kind.STRUCTURED,
        "IBAN_CODE": Kind.STRUCTURED,
        "BIC": Kind.STRUCTURED,
        "ABA_ROUTING_NUMBER": Kind.STRUCTURED,
        "US_BANK_NUMBER": Kind.STRUCTURED,
        "US_SSN": Kind.STRUCTURED,
        "US_ITIN": Kind.STRUCTURED,
        "US_DRIVER_LICENSE": Kind.STRUCTURED,
        "NATIONAL_ID": Kind.STRUCTURED,
        "TAX_ID": Kind.STRUCTURED,
        "PASSPORT": Kind.STRUCTURED,
        "MEDICAL_ID": Kind.STRUCTURED,
        "LICENSE_PLATE": Kind.STRUCTURED,
        "VIN": Kind.STRUCTURED,
        "IMEI": Kind.STRUCTURED,
        "IP_ADDRESS": Kind.STRUCTURED,
        "MAC_ADDRESS": Kind.STRUCTURED,
        "CRYPTO": Kind.STRUCTURED,
        "GPS_COORDINATES": Kind.STRUCTURED,
        "BIRTH_DATE": Kind.STRUCTURED,
        "STREET_ADDRESS": Kind.STRUCTURED,
        "USERNAME": Kind.PROSE,
        "PERSON": Kind.PROSE,
        "ORGANIZATION": Kind.PROSE,
        "LOCATION": Kind.PROSE,
        "CUSTOM": Kind.STRUCTURED,
    }
)
"""Every entity that a shipped rule or model may report."""


def kind_of(entity: str) -> Kind:
    """Return the kind of ``entity``; one that a user's own pack invents counts as structured."""
    return KINDS.get(entity, Kind.STRUCTURED)
