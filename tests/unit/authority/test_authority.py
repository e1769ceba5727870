import threading
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from maskwire.errors import ConfigError
from maskwire_daemon.store.keys import Keys
from maskwire_daemon.trust.authority import Authority
from maskwire_daemon.trust.certificates import AUTHORITY_LIFE
from tests.unit.authority.conftest import HOSTS, Calendar, Load, lasting_keys


def sans(certificate: x509.Certificate) -> list[str]:
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return names.get_values_for_type(x509.DNSName)


def test_a_first_authority_is_new_and_then_kept(load: Load) -> None:
    first = load()
    second = load()

    assert (first.changed, first.reason) == (True, "new")
    assert (second.changed, second.reason) == (False, "")
    assert second.ca_pem == first.ca_pem == first.ca_file.read_bytes()
    assert second.fingerprint == first.fingerprint


def test_its_files_are_private_and_hold_no_plain_key(load: Load, folder: Path) -> None:
    load()
    files = [file for file in folder.iterdir() if file.is_file()]

    assert folder.stat().st_mode & 0o777 == 0o700
    assert {file.stat().st_mode & 0o777 for file in files} == {0o600}
    assert b"ENCRYPTED PRIVATE KEY" in (folder / "authority.pem").read_bytes()
    assert not any(b"BEGIN PRIVATE KEY" in file.read_bytes() for file in files)
    with pytest.raises((TypeError, ValueError)):
        load_pem_private_key((folder / "authority.pem").read_bytes(), None)


def test_only_the_intermediates_key_is_kept(load: Load, folder: Path, keys: Keys) -> None:
    authority = load()
    key = load_pem_private_key((folder / "authority.pem").read_bytes(), keys.ca.hex().encode())
    root = x509.load_pem_x509_certificate(authority.ca_pem)

    assert key.public_key() == authority.chain[0].public_key()
    assert key.public_key() != root.public_key()


def test_more_hosts_need_a_new_authority(load: Load) -> None:
    first = load()
    second = load(*HOSTS, "api.mistral.ai")

    assert (second.changed, second.reason) == (True, "hosts")
    assert second.permits("api.mistral.ai")
    assert second.ca_pem != first.ca_pem
    assert not load(*HOSTS, "api.mistral.ai").changed


def test_fewer_hosts_keep_the_authority(load: Load) -> None:
    first = load()
    second = load("api.openai.com")

    assert not second.changed
    assert second.ca_pem == first.ca_pem


def test_a_host_below_a_known_pattern_keeps_the_authority(load: Load) -> None:
    load()

    assert not load(*HOSTS, "mine.openai.azure.com").changed


def test_an_authority_near_its_end_is_replaced(load: Load, calendar: Calendar) -> None:
    load()
    calendar.pass_days(AUTHORITY_LIFE.days - 31)
    assert not load().changed
    calendar.pass_days(2)
    authority = load()

    assert (authority.changed, authority.reason) == (True, "expiry")


@pytest.mark.parametrize("damage", ["cut", "empty", "noise", "root of another", "no key"])
def test_an_unreadable_authority_is_replaced(load: Load, folder: Path, tmp_path: Path, damage: str) -> None:
    first = load()
    stored = folder / "authority.pem"
    content = stored.read_bytes()
    other = Authority.load_or_create(tmp_path / "other", Keys.ephemeral(), HOSTS)
    parts = content.split(b"-----BEGIN ")
    stored.write_bytes(
        {
            "cut": content[: len(content) // 2],
            "empty": b"",
            "noise": b"\xff" * 500,
            "root of another": other.ca_pem + b"-----BEGIN ".join([b"", *parts[2:]]),
            "no key": b"-----BEGIN ".join(parts[:-1]),
        }[damage]
    )
    second = load()

    assert (second.changed, second.reason) == (True, "unreadable")
    assert second.ca_pem != first.ca_pem
    assert not load().changed


def test_other_keys_do_not_open_it(load: Load, folder: Path) -> None:
    load()

    assert Authority.load_or_create(folder, lasting_keys(), HOSTS).reason == "unreadable"


def test_keys_that_do_not_last_leave_the_stored_authority_as_it_is(load: Load, folder: Path) -> None:
    stored = load()
    passing = Authority.load_or_create(folder, Keys.ephemeral(), HOSTS)
    assert (passing.changed, passing.reason) == (True, "new")
    assert passing.ca_file.read_bytes() == passing.ca_pem != stored.ca_pem
    again = load()

    assert not again.changed
    assert again.ca_file.read_bytes() == again.ca_pem == stored.ca_pem


def test_keys_that_do_not_last_store_no_private_key(folder: Path) -> None:
    Authority.load_or_create(folder, Keys.ephemeral(), HOSTS)

    assert sorted(file.name for file in folder.iterdir()) == ["authority.lock", "root.pem"]


def test_a_lost_root_file_is_written_again(load: Load) -> None:
    authority = load()
    authority.ca_file.unlink()

    assert not load().changed
    assert authority.ca_file.read_bytes() == authority.ca_pem


def test_earlier_roots_are_kept_so_that_trust_can_be_taken_back(load: Load) -> None:
    first = load()
    assert first.retired() == []
    load(*HOSTS, "api.mistral.ai")

    assert [file.read_bytes() for file in first.retired()] == [first.ca_pem]


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "https://api.openai.com", ""])
def test_a_host_that_no_certificate_can_name_is_refused(load: Load, host: str) -> None:
    with pytest.raises(ConfigError, match="is not a host name"):
        load(*HOSTS, host)


def test_a_leaf_is_for_its_host_and_the_permitted_upstream_names(load: Load) -> None:
    upstream = [
        "*.openai.com",
        "API.openai.com",
        "eu.api.openai.com",
        "api.anthropic.com",
        "bank.test",
        "10.0.0.1",
        "*",
    ]
    leaf = load().leaf("API.OpenAI.com.", upstream)

    assert sans(leaf.certificate) == ["api.openai.com", "api.anthropic.com", "eu.api.openai.com"]
    assert leaf.names == tuple(sans(leaf.certificate))
    assert leaf.certificate.public_key() == leaf.key.public_key()


def test_a_host_outside_the_constraints_gets_no_leaf(load: Load) -> None:
    authority = load()
    for host in ("bank.test", "openai.com", "xapi.openai.com", "10.0.0.1", ""):
        assert not authority.permits(host)
        with pytest.raises(ValueError, match="not permitted"):
            authority.leaf(host)


def test_a_leaf_has_a_key_of_its_own_and_is_kept(load: Load) -> None:
    authority = load()
    one, other = authority.leaf("api.openai.com"), authority.leaf("api.anthropic.com")

    assert authority.leaf("api.openai.com") is one
    assert authority.leaf("api.openai.com", ["bank.test"]) is one
    assert one.key.public_key() != other.key.public_key()
    assert one.chain == authority.chain
    assert authority.chain[0].public_key() not in (one.key.public_key(), other.key.public_key())


def test_a_leaf_is_renewed_long_before_its_end(load: Load, calendar: Calendar) -> None:
    authority = load()
    first = authority.leaf("api.openai.com")
    calendar.pass_days(3)
    assert authority.leaf("api.openai.com") is first
    calendar.pass_days(1)
    second = authority.leaf("api.openai.com")

    assert second is not first
    assert second.certificate.not_valid_after_utc - calendar.now > timedelta(days=6)


def test_the_leaves_kept_are_bounded(load: Load) -> None:
    authority = load()
    for number in range(600):
        authority.leaf(f"h{number}.openai.azure.com")

    assert len(authority._leaves) == 512


def test_a_crowded_upstream_certificate_does_not_swell_the_leaf(load: Load) -> None:
    leaf = load().leaf("api.openai.com", [f"h{number}.openai.azure.com" for number in range(500)])

    assert len(sans(leaf.certificate)) == 51


def test_two_that_start_at_once_agree_on_the_authority(load: Load) -> None:
    made: list[Authority] = []
    threads = [threading.Thread(target=lambda: made.append(load())) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len({authority.ca_pem for authority in made}) == 1
    assert sum(authority.changed for authority in made) == 1
