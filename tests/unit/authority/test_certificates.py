from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID
from hypothesis import given
from hypothesis import strategies as st

from maskwire_daemon.trust.certificates import (
    Pair,
    belongs,
    covered,
    issue_leaf,
    issue_pair,
    normal,
    permitted_by,
    subtrees,
)

NOW = datetime(2026, 11, 22, tzinfo=UTC)
PAIR = issue_pair(("api.openai.com", "openai.azure.com"), "0123abcd", NOW)
OTHER = issue_pair(("api.openai.com",), "4567cdef", NOW)


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("API.OpenAI.com.", "api.openai.com"),
        ("*.OpenAI.azure.com", "*.openai.azure.com"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("localhost", "localhost"),
        ("_dmarc.example.com", "_dmarc.example.com"),
    ],
)
def test_hosts_are_spelled_as_certificates_spell_them(host: str, expected: str) -> None:
    assert normal(host) == expected


@pytest.mark.parametrize(
    "host",
    [
        "",
        ".",
        "*",
        "*.",
        "a..b",
        "127.0.0.1",
        "1.2.3.4",
        "::1",
        "[::1]",
        "a b.com",
        "a/b.com",
        "http://a.com",
        "a.com:443",
        "*.*.com",
        "a.*.com",
        "\0.com",
    ],
)
def test_what_is_no_host_name_is_refused(host: str) -> None:
    with pytest.raises(ValueError, match="not a host name"):
        normal(host)


def test_patterns_become_subtrees() -> None:
    assert subtrees(["B.com", "*.a.com", "a.com"]) == ("a.com", "b.com")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("api.openai.com", True),
        ("eu.api.openai.com", True),
        ("*.api.openai.com", True),
        ("mine.openai.azure.com", True),
        ("openai.com", False),
        ("*.openai.com", False),
        ("xapi.openai.com", False),
        ("api.openai.com.bank.test", False),
        ("com", False),
        ("*.com", False),
    ],
)
def test_a_name_is_covered_at_label_boundaries_only(name: str, expected: bool) -> None:
    assert covered(name, ("api.openai.com", "openai.azure.com")) is expected


labels = st.text("abcdefgh-", min_size=1, max_size=5).filter(lambda label: label.strip("-"))


@given(st.lists(labels, min_size=1, max_size=4), st.lists(labels, min_size=1, max_size=3))
def test_a_name_below_a_subtree_is_covered(prefix: list[str], subtree: list[str]) -> None:
    root = ".".join(subtree)

    assert covered(".".join([*prefix, root]), [root])
    assert not covered("-".join([*prefix, root]), [root])


def test_both_certificates_are_constrained_critically() -> None:
    for certificate, length in ((PAIR.root, 1), (PAIR.intermediate, 0)):
        constraints = certificate.extensions.get_extension_for_class(x509.NameConstraints)
        basic = certificate.extensions.get_extension_for_class(x509.BasicConstraints)
        excluded = {str(name.value) for name in constraints.value.excluded_subtrees or []}

        assert constraints.critical
        assert permitted_by(certificate) == ("api.openai.com", "openai.azure.com")
        assert excluded == {"0.0.0.0/0", "::/0"}
        assert basic.critical
        assert (basic.value.ca, basic.value.path_length) == (True, length)


def test_the_intermediate_serves_for_servers_only() -> None:
    usage = PAIR.intermediate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value

    assert list(usage) == [ExtendedKeyUsageOID.SERVER_AUTH]


def test_each_pair_has_names_and_keys_of_its_own() -> None:
    assert PAIR.root.subject != OTHER.root.subject
    assert PAIR.root.public_key() != PAIR.intermediate.public_key()
    assert OTHER.root.public_key() != PAIR.root.public_key()


def test_parts_of_two_pairs_do_not_belong_together() -> None:
    assert belongs(PAIR)
    assert not belongs(Pair(OTHER.root, PAIR.intermediate, PAIR.key))
    assert not belongs(Pair(PAIR.root, PAIR.intermediate, OTHER.key))
    assert not belongs(Pair(PAIR.intermediate, PAIR.root, PAIR.key))


def test_a_certificate_without_constraints_permits_nothing() -> None:
    assert permitted_by(issue_leaf(PAIR, ("api.openai.com",), NOW).certificate) == ()


def test_a_leaf_is_short_lived_and_begins_in_the_past() -> None:
    leaf = issue_leaf(PAIR, ("api.openai.com",), NOW).certificate

    assert leaf.not_valid_before_utc < NOW
    assert timedelta(days=2) < leaf.not_valid_after_utc - NOW <= timedelta(days=7)


def test_a_leaf_does_not_outlive_its_authority() -> None:
    late = PAIR.intermediate.not_valid_after_utc - timedelta(hours=1)

    assert issue_leaf(PAIR, ("api.openai.com",), late).certificate.not_valid_after_utc == late + timedelta(hours=1)


def test_a_host_too_long_for_a_common_name_stands_in_the_names() -> None:
    long = "a" * 60 + ".api.openai.com"
    leaf = issue_leaf(PAIR, (long,), NOW).certificate
    names = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName)

    assert names.value.get_values_for_type(x509.DNSName) == [long]
    assert names.critical
    assert list(leaf.subject) == []


def test_repr_shows_no_private_key() -> None:
    assert "PrivateKey" not in repr(PAIR) + repr(issue_leaf(PAIR, ("api.openai.com",), NOW))
