import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maskwire.errors import BlockedError, Reason
from maskwire.mitm.bypass import NOTHING, Scope, agreed, is_this_machine, passes_all, without_port
from maskwire.policy import HostPolicy, Mode, Policy
from maskwire.wire.hosts import known_hosts

SCOPE = Scope(["api.openai.com", "*.openai.azure.com"])
BYPASS, PROTECT = HostPolicy(mode=Mode.BYPASS), HostPolicy(mode=Mode.PROTECT)


def opened(policy: Policy, where: str) -> bool:
    """What mitmproxy does with the option."""
    return any(re.search(rex, where, re.IGNORECASE) for rex in SCOPE.allow_hosts(policy))


modes = st.sampled_from([HostPolicy(mode=m) for m in Mode])
policies = st.builds(
    Policy,
    default=modes,
    hosts=st.dictionaries(
        st.sampled_from(["api.openai.com", "*.openai.com", "*.openai.azure.com", "a.openai.azure.com", "bank.test"]),
        modes,
    ),
    paused=st.booleans(),
    pause_secrets=st.booleans(),
)


@given(hosts=st.lists(st.sampled_from(known_hosts()), max_size=3), policy=policies)
@settings(deadline=None)
def test_the_list_is_never_empty_since_empty_means_everything(hosts: list[str], policy: Policy) -> None:
    patterns = Scope(hosts).allow_hosts(policy)

    assert patterns
    assert all(patterns)
    assert not any(re.search(p, "bank.test:443") for p in patterns)


@given(policies, st.sampled_from(["api.openai.com", "a.openai.azure.com", "b.openai.azure.com", "bank.test"]))
@settings(deadline=None)
def test_what_is_decrypted_is_always_let_through_the_gate(policy: Policy, host: str) -> None:
    if SCOPE.decrypts(host, policy):
        assert opened(policy, f"{host}:443")
    if not SCOPE.holds(host):
        assert not opened(policy, f"{host}:443")


@pytest.mark.parametrize(
    "where",
    [
        "api.openai.com:443",
        "API.OpenAI.com:443",
        "api.openai.com.:443",
        "x.openai.azure.com:443",
        "api.openai.com:8443",
    ],
)
def test_protected_hosts_are_opened_however_they_are_written(where: str) -> None:
    assert opened(Policy(), where)


@pytest.mark.parametrize(
    "where",
    [
        "evil-api.openai.com.attacker.test:443",
        "xapi.openai.com:443",
        "openai.azure.com:443",
        "apixopenai.com:443",
        "api.openai.com.evil.test:443",
        "127.0.0.1:443",
        "a/b.openai.azure.com:443",
    ],
)
def test_look_alikes_are_tunnelled(where: str) -> None:
    assert not opened(Policy(), where)


def test_a_pause_that_lets_secrets_pass_decrypts_nothing() -> None:
    assert SCOPE.allow_hosts(Policy(paused=True, pause_secrets=True)) == [NOTHING]
    assert opened(Policy(paused=True), "api.openai.com:443")


def test_bypass_tunnels_one_host_and_no_other() -> None:
    policy = Policy(hosts={"api.openai.com": BYPASS})

    assert not opened(policy, "api.openai.com:443")
    assert opened(policy, "x.openai.azure.com:443")
    assert not SCOPE.decrypts("API.openai.com.", policy)


def test_an_exact_host_is_protected_inside_a_bypassed_pattern() -> None:
    policy = Policy(hosts={"*.openai.azure.com": BYPASS, "a.openai.azure.com": PROTECT})

    assert SCOPE.decrypts("a.openai.azure.com", policy)
    assert opened(policy, "a.openai.azure.com:443")
    assert not opened(policy, "b.openai.azure.com:443")
    assert passes_all(policy, "b.openai.azure.com")


@pytest.mark.parametrize(
    ("connect", "sni", "hosts"),
    [
        ("api.openai.com", "api.openai.com", ["api.openai.com"]),
        ("API.openai.com", None, ["api.openai.com:443"]),
        ("api.openai.com.", "api.openai.com", ["api.openai.com."]),
        ("104.18.6.192", "api.openai.com", ["api.openai.com"]),
        ("::1", None, ["api.openai.com"]),
        ("api.openai.com", "api.openai.com", []),
    ],
)
def test_one_host_in_all_places_is_accepted(connect: str, sni: str | None, hosts: list[str]) -> None:
    assert agreed(connect, sni, hosts) == "api.openai.com"


@pytest.mark.parametrize(
    ("connect", "sni", "hosts"),
    [
        ("api.openai.com", "api.openai.com", ["evil.test"]),
        ("evil.test", "api.openai.com", ["api.openai.com"]),
        ("api.openai.com", "evil.test", ["api.openai.com"]),
        ("104.18.6.192", "api.openai.com", ["evil.test"]),
        ("api.openai.com", "api.openai.com", ["api.openai.com", "evil.test"]),
        ("api.openai.com", None, ["api.openai.com@evil.test"]),
    ],
)
def test_two_hosts_are_refused(connect: str, sni: str | None, hosts: list[str]) -> None:
    with pytest.raises(BlockedError) as caught:
        agreed(connect, sni, hosts)

    assert caught.value.reason is Reason.HOST_MISMATCH


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.8.9.1",
        "localhost",
        "LOCALHOST.",
        "a.localhost",
        "::1",
        "[::1]",
        "0.0.0.0",
        "::",
        "::ffff:127.0.0.1",
        "::1%lo",
    ],
)
def test_every_way_to_this_machine_is_seen(host: str) -> None:
    assert is_this_machine(host)


@pytest.mark.parametrize("host", ["api.openai.com", "10.0.0.1", "localhost.evil.test", "2001:db8::1"])
def test_other_machines_are_others(host: str) -> None:
    assert not is_this_machine(host)


@pytest.mark.parametrize(
    ("authority", "host"),
    [("a.b:443", "a.b"), ("a.b", "a.b"), ("[::1]:80", "[::1]"), ("[::1]", "[::1]"), ("::1", "::1"), ("a.b:", "a.b")],
)
def test_ports_are_cut_off(authority: str, host: str) -> None:
    assert without_port(authority) == host
