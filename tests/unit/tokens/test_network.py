from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maskwire.tokens.network import Ipv4, Ipv6, Mac


@settings(deadline=None)
@given(st.integers(0, Ipv4().size("") - 1))
def test_an_ipv4_address_is_reserved_and_no_net_mask(number: int) -> None:
    address = IPv4Address(Ipv4().write("", number))

    assert address in IPv4Network("240.0.0.0/4")
    assert address.packed[0] < 255
    assert address.packed[3] not in {0, 255}


@settings(deadline=None)
@given(st.integers(0, Ipv6().size("") - 1))
def test_an_ipv6_address_is_for_documentation_and_has_one_spelling(number: int) -> None:
    spelling = Ipv6().write("", number)

    assert IPv6Address(spelling) in IPv6Network("2001:db8::/32")
    assert str(IPv6Address(spelling)) == spelling


@settings(deadline=None)
@given(st.integers(0, Mac().size("") - 1))
def test_a_mac_is_unicast_and_of_the_reserved_local_quadrant(number: int) -> None:
    first = int(Mac().write("", number)[:2], 16)

    assert first & 0b1111 == 0b0110


@pytest.mark.parametrize("spelling", ["245.256.1.1", "245.1.1.0", "245.1.1.255", "245.1.1.256"])
def test_what_is_no_address_is_not_read(spelling: str) -> None:
    assert Ipv4().read(spelling) is None


@pytest.mark.parametrize(
    ("value", "dressed"),
    [
        ("00:1a:2b:3c:4d:5e", "f6:12:34:56:78:9a"),
        ("00-1A-2B-3C-4D-5E", "F6-12-34-56-78-9A"),
        ("001a.2b3c.4d5e", "f612.3456.789a"),
        ("00:11:22:33:44:55", "f6:12:34:56:78:9a"),
    ],
)
def test_a_mac_has_the_separators_of_its_value(value: str, dressed: str) -> None:
    assert Mac().dress("f6:12:34:56:78:9a", value) == dressed


def test_capitals_stay_capitals() -> None:
    assert Ipv6().dress("2001:db8:1a2b:1:1:1:1:1", "FE80::1") == "2001:DB8:1A2B:1:1:1:1:1"
