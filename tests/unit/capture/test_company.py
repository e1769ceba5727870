"""A company's proxy in the settings: how it is written, where its password is, and who goes past it."""

import pytest

from maskwire.errors import ConfigError
from maskwire.mitm.corporate import excepted, refusal_sentence, refused_status
from maskwire.mitm.refuse import unreachable
from maskwire_daemon.capture.company import Address, address_of, company_problem, company_proxy, keep_password
from maskwire_daemon.config.settings import Upstream
from tests.fakes.keyring import Remembering


@pytest.mark.parametrize(
    "url",
    ["http://proxy:3128", "http://alice@proxy.example:3128", "http://a%40b@10.0.0.1:80/", "http://[::1]:3128", ""],
)
def test_good_addresses(url: str) -> None:
    assert company_problem(url) == ""


@pytest.mark.parametrize(
    "url",
    [
        "proxy:3128",
        "http://proxy",
        "https://proxy:1",
        "http://:3128",
        "http://p:99999",
        "http://p:1/x",
        "socks5://p:1",
        'http://x"+y+":80',
        "http://a b:80",
    ],
)
def test_other_addresses_show_the_form(url: str) -> None:
    assert "http://user@host:port" in company_problem(url)


def test_a_password_is_refused_and_not_repeated() -> None:
    problem = company_problem("http://alice:Pa55-wq8@proxy:3128")

    assert "maskwire capture password" in problem
    assert "Pa55" not in problem


def test_an_address_is_read_whole() -> None:
    assert address_of("http://a%40b@10.0.0.1:80/") == Address("10.0.0.1", 80, "a@b")


def test_the_password_comes_from_the_variable_and_is_not_shown() -> None:
    settings = Upstream(proxy="http://alice@proxy:3128", proxy_password_env="CORP", no_proxy=["x.example"])
    found = company_proxy(settings, {"CORP": "Pa55-wq8"})

    assert found is not None
    assert (found.host, found.port, found.login, found.no_proxy) == ("proxy", 3128, "alice:Pa55-wq8", ("x.example",))
    assert "Pa55" not in repr(found)


def test_a_variable_that_is_missing_is_named() -> None:
    with pytest.raises(ConfigError, match="CORP is not set"):
        company_proxy(Upstream(proxy="http://alice@proxy:3128", proxy_password_env="CORP"), {})


def test_without_a_user_nothing_is_asked_for() -> None:
    found = company_proxy(Upstream(proxy="http://proxy:3128"), {})

    assert found is not None
    assert found.login == ""
    assert company_proxy(Upstream(), {}) is None


def test_two_proxies_never_share_a_password() -> None:
    backend = Remembering()
    for address in (Address("a", 1, "alice"), Address("b", 1, "alice"), Address("a", 1, "bob")):
        keep_password(address, address.host + address.user, backend)

    assert len(backend.entries) == 3


@pytest.mark.parametrize(
    ("host", "entry", "direct"),
    [
        ("a.example", "a.example", True),
        ("b.a.example", "a.example", True),
        ("b.a.example", ".a.example", True),
        ("b.a.example", "*.a.example", True),
        ("nota.example", "a.example", False),
        ("A.Example.", "a.example", True),
        ("10.1.2.3", "10.0.0.0/8", True),
        ("11.1.2.3", "10.0.0.0/8", False),
        ("10.1.2.3", "10.1.2.3", True),
        ("api.openai.com", "*", True),
        ("api.openai.com", "", False),
        ("localhost", "", True),
        ("127.0.0.1", "x", True),
        ("::1", "x", True),
    ],
)
def test_who_goes_past_it(host: str, entry: str, direct: bool) -> None:
    assert excepted(host, [entry]) is direct


def test_a_refusal_is_explained_without_what_was_said() -> None:
    message = "Upstream proxy 10.0.0.1:3128 refused HTTP CONNECT request: 407 Proxy-Secret-Reason"

    assert refused_status(message) == 407
    assert refused_status("connection refused") is None
    assert "maskwire capture password" in refusal_sentence(407)
    assert "(403)" in refusal_sentence(403)
    assert b"(407)" in unreachable("api.openai.com", message).body
    assert b"Secret" not in unreachable("api.openai.com", message).body
