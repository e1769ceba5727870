"""The parts of the daemon that only compute: lines, hosts, restarts, ports."""

import socket
from dataclasses import replace

from maskwire.policy import Mode
from maskwire_daemon.announcing import ready_line, waiting_line
from maskwire_daemon.config.restarts import needs_restart
from maskwire_daemon.config.settings import Api, Config, Detection, Host, Proxy, policy_of
from maskwire_daemon.hosts import entries
from maskwire_daemon.service import Chosen
from tests.fakes.control import STATUS


def test_the_ready_line_is_one_line_with_the_proxy() -> None:
    line = ready_line(STATUS)

    assert "protecting on http://127.0.0.1:8877 " in line
    assert "\n" not in line
    assert "attention" not in line


def test_the_ready_line_says_what_needs_attention() -> None:
    assert ready_line(replace(STATUS, reasons=("a", "b"))).endswith("; attention: a; b")
    assert "nothing is sent" in waiting_line("locked")


def test_hosts_are_known_and_chosen_ones() -> None:
    config = Config(hosts={"API.openai.com": Host(mode=Mode.BLOCK), "*.azure.com": Host(mode=Mode.OBSERVE)})
    found = {e.host: (e.mode, e.chosen) for e in entries(policy_of(config), ("api.openai.com", "*.openai.azure.com"))}

    assert found == {
        "api.openai.com": ("block", True),
        "*.azure.com": ("observe", True),
        "*.openai.azure.com": ("observe", False),
    }


def test_only_fixed_settings_need_a_restart() -> None:
    changed = Config(detection=Detection(names=False, threshold=0.9), proxy=Proxy(port=1), api=Api(port=2))

    assert needs_restart(Config(), changed) == ["api.port", "detection.names"]


def test_the_command_line_decides_over_the_file() -> None:
    config = Config(proxy=Proxy(port=1), api=Api(port=2))

    assert Chosen().applied(config) == config
    assert Chosen(proxy_port=0).applied(config) == config.model_copy(update={"proxy": Proxy(port=0)})


def test_a_taken_port_makes_room_when_any_will_do() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        config = Config(proxy=Proxy(port=taken.getsockname()[1]), api=Api(port=0))

        assert Chosen(any_port=True).applied(config).proxy.port == 0
        assert Chosen().applied(config).proxy.port == taken.getsockname()[1]
