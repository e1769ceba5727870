import pytest

from maskwire.entities import KINDS, Kind, kind_of
from maskwire.tokens.table import BY_NAME, DRESSED, LIFELIKE, NATURAL, SHAPES, SURROGATE, SURROGATES, shape_of
from maskwire.vault import surrogate


@pytest.mark.parametrize(
    ("entity", "value", "name", "variant"),
    [
        ("PERSON", "Ann Lee", "opaque", "PERSON"),
        ("EMPLOYEE_ID", "E-17", "invented", "EMPLOYEEID"),
        ("EMAIL_ADDRESS", "ann@lee.de", "email", ""),
        ("EMAIL_ADDRESS", "ann at lee dot de", "opaque", "EMAIL_ADDRESS"),
        ("PHONE_NUMBER", "(212) 555-1234", "nanp", ""),
        ("PHONE_NUMBER", "+1 212 555 1234", "nanp", ""),
        ("PHONE_NUMBER", "+49 30 1234567", "world", "11"),
        ("PHONE_NUMBER", "030 1234567", "world", "13"),
        ("PHONE_NUMBER", "555 1234", "world", "11"),
        ("PHONE_NUMBER", "+212 555 1234", "world", "11"),
        ("PHONE_NUMBER", "212-555-1234 ext. 7", "opaque", "PHONE_NUMBER"),
        ("CREDIT_CARD", "4111 1111 1111 1111", "card", "16"),
        ("CREDIT_CARD", "1111", "opaque", "CREDIT_CARD"),
        ("IBAN_CODE", "DE89 3704 0044 0532 0130 00", "iban", "22"),
        ("US_SSN", "078-05-1120", "ssn", ""),
        ("US_SSN", "***-**-1120", "opaque", "US_SSN"),
        ("US_ITIN", "912-70-1234", "opaque", "US_ITIN"),
        ("ABA_ROUTING_NUMBER", "021000021", "routing", ""),
        ("IP_ADDRESS", "10.0.0.1", "ipv4", ""),
        ("IP_ADDRESS", "fe80::1", "ipv6", ""),
        ("IP_ADDRESS", "10.0.0.0/8", "opaque", "IP_ADDRESS"),
        ("MAC_ADDRESS", "00:1a:2b:3c:4d:5e", "mac", ""),
        ("MAC_ADDRESS", "00:1a:2b:3c:4d:5e:6f:70", "opaque", "MAC_ADDRESS"),
    ],
)
def test_which_shape_a_value_gets(entity: str, value: str, name: str, variant: str) -> None:
    shape, chosen = shape_of(entity, value)

    assert (shape.name, chosen) == (name, variant)


def test_the_table_names_shipped_entities_and_each_shape_once() -> None:
    assert set(LIFELIKE) <= set(KINDS)
    assert len(BY_NAME) == len(SHAPES) + len(SURROGATES)
    assert set(BY_NAME) - set(DRESSED) == {"opaque", "invented"} | {shape.name for shape in SURROGATES}


@pytest.mark.parametrize(
    ("entity", "value", "variant"),
    [
        ("PERSON", "Ann Lee", "whole"),
        ("PERSON", "Ann\nLee", "whole"),
        ("PERSON", "Ann", "alone"),
        ("PERSON", "", "alone"),
        ("ORGANIZATION", "Northwind Traders", "alone"),
        ("LOCATION", "New York", "alone"),
    ],
)
def test_which_values_get_a_given_name(entity: str, value: str, variant: str) -> None:
    assert shape_of(entity, value, surrogate("api.openai.com")) == (SURROGATE, variant)


def test_names_are_for_shipped_entities_that_stand_in_prose() -> None:
    assert {kind_of(entity) for entity in NATURAL} == {Kind.PROSE}
