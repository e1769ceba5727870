"""Which shape the token of an entity has: one table. Sans-IO."""

from collections.abc import Mapping
from types import MappingProxyType

from maskwire.entities import KINDS
from maskwire.tokens.contact import AmericanPhone, Email, WorldPhone
from maskwire.tokens.finance import Card, Iban, Routing, Ssn
from maskwire.tokens.folding import fold
from maskwire.tokens.network import Ipv4, Ipv6, Mac
from maskwire.tokens.opaque import Invented, Opaque, label_of
from maskwire.tokens.shape import Lifelike, Shape
from maskwire.tokens.surrogate import ALONE, WHOLE, Surrogate, Turned
from maskwire.vault import is_surrogate

LIFELIKE: Mapping[str, tuple[Lifelike, ...]] = MappingProxyType(
    {
        "EMAIL_ADDRESS": (Email(),),
        "PHONE_NUMBER": (AmericanPhone(), WorldPhone()),
        "CREDIT_CARD": (Card(),),
        "IBAN_CODE": (Iban(),),
        "US_SSN": (Ssn(),),
        "ABA_ROUTING_NUMBER": (Routing(),),
        "IP_ADDRESS": (Ipv4(), Ipv6()),
        "MAC_ADDRESS": (Mac(),),
    }
)
"""Shapes to try for the values of an entity, in order. What fits none, and every other entity, is opaque."""

OPAQUE, INVENTED = Opaque(), Invented()

SHAPES: tuple[Shape, ...] = (OPAQUE, INVENTED, *(shape for shapes in LIFELIKE.values() for shape in shapes))
"""All shapes but invented names, in the order in which a spelling is tried as one of them."""

SURROGATE, TURNED = Surrogate(), Turned()

SURROGATES: tuple[Shape, ...] = (TURNED, SURROGATE)
"""The spellings of invented names, in the same order; the last fits wherever the first does."""

NATURAL = frozenset({"PERSON", "ORGANIZATION", "LOCATION"})
"""Entities whose values may get an invented name: those that stand in prose as names."""

BY_NAME: Mapping[str, Shape] = MappingProxyType({shape.name: shape for shape in (*SHAPES, *SURROGATES)})
DRESSED: Mapping[str, Lifelike] = MappingProxyType(
    {shape.name: shape for shapes in LIFELIKE.values() for shape in shapes}
)


def shape_of(entity: str, value: str, scope: str = "") -> tuple[Shape, str]:
    """Return the shape and variant in which the token of a value is written in ``scope``."""
    if is_surrogate(scope):
        return SURROGATE, WHOLE if entity == "PERSON" and len(value.split()) > 1 else ALONE
    plain = fold(value).text if entity in LIFELIKE else value
    for shape in LIFELIKE.get(entity, ()):
        if (variant := shape.variant(plain)) is not None:
            return shape, variant
    return (OPAQUE if entity in KINDS else INVENTED), label_of(entity)
