"""The kinds of value in plain words, each with an invented value and the token that stands for it. Sans-IO."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from maskwire.entities import KINDS
from maskwire.tokens import NATURAL, Minter, spell
from maskwire.tokens.minter import KEY_BYTES
from maskwire.vault import surrogate
from maskwire_daemon.web.words import kind

GROUPS = (
    ("secret", "Secrets"),
    ("structured", "Identifiers and contacts"),
    ("prose", "Names and places"),
    ("own", "Your own words"),
)
"""The groups in which kinds are shown, by the colour that they have."""

_SAMPLES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "API_KEY": ("keys of providers and clouds", "sk-proj-Ab3d…"),
        "PASSWORD": ("passwords", "Winter-Moss-41!"),
        "PRIVATE_KEY": ("private keys", "-----BEGIN PRIVATE KEY-----…"),
        "JWT": ("signed tokens of access", "eyJhbGciOi…"),
        "EMAIL_ADDRESS": ("e-mail addresses", "jane@northwind.com"),
        "PHONE_NUMBER": ("telephone numbers", "+1 415 555 2671"),
        "CREDIT_CARD": ("payment cards", "4111 1111 1111 1111"),
        "IBAN_CODE": ("bank accounts, international", "DE89 3704 0044 0532 0130 00"),
        "BIC": ("bank codes, international", "COBADEFFXXX"),
        "ABA_ROUTING_NUMBER": ("bank codes, US", "021000021"),
        "US_BANK_NUMBER": ("bank accounts, US", "945456787654"),
        "US_SSN": ("social security numbers, US", "536-90-4399"),
        "US_ITIN": ("taxpayer numbers, US", "912-70-1234"),
        "US_DRIVER_LICENSE": ("driving licences, US", "D1234562"),
        "NATIONAL_ID": ("personal numbers of other states", "44051401359"),
        "TAX_ID": ("tax and VAT numbers", "DE136695976"),
        "PASSPORT": ("passports", "C01X00T47"),
        "MEDICAL_ID": ("patients' and insurance numbers", "943 476 5919"),
        "LICENSE_PLATE": ("licence plates", "B-MW 1234"),
        "VIN": ("vehicles' numbers", "1HGCM82633A004352"),
        "IMEI": ("telephones' serial numbers", "490154203237518"),
        "IP_ADDRESS": ("addresses of machines", "203.0.114.25"),
        "MAC_ADDRESS": ("addresses of network cards", "3c:22:fb:4a:10:9e"),
        "CRYPTO": ("wallets", "bc1qar0srr7xfk…"),
        "GPS_COORDINATES": ("coordinates", "52.52000, 13.40500"),
        "BIRTH_DATE": ("dates of birth", "14 May 1984"),
        "STREET_ADDRESS": ("postal addresses", "12 Mill Lane, Leeds"),
        "USERNAME": ("account names", "jmiller84"),
        "PERSON": ("people", "Jane Miller"),
        "ORGANIZATION": ("companies and other bodies", "Northwind Traders"),
        "LOCATION": ("towns, regions, states", "Leeds"),
        "CUSTOM": ("words and patterns of your own", "Project Heron"),
    }
)
"""What each kind is, and an invented value of it."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One kind of value; ``token`` is what would stand for ``value``, under a key that hides nothing.

    ``name`` is what would as an invented name, where that can be chosen.
    """

    entity: str
    words: str
    value: str
    token: str
    name: str = ""


@cache
def samples() -> Mapping[str, tuple[Sample, ...]]:
    """Return the kinds of each group, in their order."""
    minter = Minter(bytes(KEY_BYTES))
    found: dict[str, list[Sample]] = {name: [] for name, _ in GROUPS}
    for entity in KINDS:
        words, value = _SAMPLES[entity]
        token = spell(minter.mint(entity, value), value)
        name = minter.mint(entity, value, scope=surrogate("")) if entity in NATURAL else ""
        found[kind(entity)].append(Sample(entity, words, value, token, name))
    return MappingProxyType({name: tuple(kinds) for name, kinds in found.items()})
