"""Where a team's Redis is: every good form is read, no password is taken, nothing of a wrong one is repeated."""

from pathlib import Path

import pytest

from maskwire_daemon.store.team.address import Address, address_of, url_problem


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("redis://127.0.0.1", Address("127.0.0.1")),
        ("redis://redis.example.com:7000/3", Address("redis.example.com", 7000, number=3)),
        ("rediss://redis.example.com", Address("redis.example.com", tls=True)),
        ("rediss://ann%40home@[2001:db8::1]:6380/", Address("2001:db8::1", 6380, user="ann@home", tls=True)),
        ("unix:///run/redis/a%20b.sock", Address(socket="/run/redis/a b.sock")),
    ],
)
def test_good_forms_are_read(url: str, address: Address) -> None:
    assert url_problem(url) == ""
    assert address_of(url) == address


@pytest.mark.parametrize(
    "url",
    [
        "",
        "redis.example.com:6379",
        "http://redis.example.com",
        "redis://",
        "redis://host:0",
        "redis://host:99999",
        "redis://host/zero",
        "redis://host/٣",
        "redis://host?ssl_cert_reqs=none",
        "redis://host#part",
        "unix://host/path",
        "unix:///",
    ],
)
def test_wrong_forms_are_told_and_not_repeated(url: str) -> None:
    problem = url_problem(url)

    assert "rediss://host:port" in problem
    assert "ssl_cert_reqs" not in problem
    with pytest.raises(ValueError, match="rediss://host:port"):
        address_of(url)


@pytest.mark.parametrize("url", ["redis://user:hunter22@host", "rediss://:hunter22@host/0"])
def test_a_password_is_refused_and_not_repeated(url: str) -> None:
    problem = url_problem(url)

    assert "must not hold the password" in problem
    assert "hunter22" not in problem


@pytest.mark.parametrize(
    ("url", "guarded"),
    [
        ("rediss://redis.example.com", True),
        ("unix:///run/redis.sock", True),
        ("redis://localhost", True),
        ("redis://127.0.0.9", True),
        ("redis://[::1]", True),
        ("redis://10.0.0.1", False),
        ("redis://redis.example.com", False),
    ],
)
def test_a_way_that_others_may_listen_on_is_known(url: str, guarded: bool) -> None:
    assert address_of(url).guarded is guarded


def test_a_person_reads_where_it_is() -> None:
    assert address_of("rediss://me@redis.example.com/2", Path("ca.pem")).name == "redis.example.com:6379"
    assert address_of("unix:///run/redis.sock").name == "/run/redis.sock"
