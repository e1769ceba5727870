"""What the end-to-end tests share: one stand-in provider and one daemon for the whole run of a worker."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from maskwire_daemon.standin.provider import Behaviour
from maskwire_daemon.standin.reply import Manner
from maskwire_daemon.standin.server import StandIn, running
from tests.e2e.http2 import Http2StandIn, running_http2
from tests.e2e.lab import HOSTS, Daemon, Home, exec_environment, running_daemon

pytest.register_assert_rewrite("tests.e2e.clients.trial")

MORE = '[entities.CRYPTO]\naction = "block"\n'
"""What the shared daemon's configuration says beside where its providers are."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark everything below this folder as end to end."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.e2e)


@pytest.fixture(scope="session", autouse=True)
def heard_signals() -> None:
    """Let the programs that tests start hear every signal: one whose tests run in the background inherits deaf ears."""
    for number in (signal.SIGINT, signal.SIGHUP):
        if signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, signal.SIG_DFL)


@pytest.fixture(params=["with a daemon", "without"])
def either(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Home]:
    """A home whose daemon runs, then one without: commands do the same in both. Rules alone find values there."""
    home = Home.at(tmp_path)
    home.config.write_text("[detection]\nnames = false\n", encoding="utf-8")
    if request.param == "without":
        yield home
        return
    with running_daemon(home):
        yield home


@pytest.fixture(scope="session")
def provider() -> Iterator[StandIn]:
    """The stand-in that the shared daemon is connected to."""
    with running(StandIn()) as stand_in:
        yield stand_in


@pytest.fixture(scope="session")
def http2_provider() -> Iterator[Http2StandIn]:
    """A stand-in that speaks HTTP/2; the shared daemon finds it as ``eu.api.openai.com``."""
    with running_http2(Http2StandIn()) as stand_in:
        yield stand_in


@pytest.fixture(scope="session")
def shared(
    provider: StandIn, http2_provider: Http2StandIn, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Daemon]:
    """A daemon that is connected to ``provider`` for all hosts it plays."""
    home = Home.at(tmp_path_factory.mktemp("shared"))
    home.configure({**dict.fromkeys(HOSTS, provider), "eu.api.openai.com": http2_provider}, MORE)
    with running_daemon(home) as daemon:
        yield daemon


@pytest.fixture
def stand_in(provider: StandIn) -> StandIn:
    """The stand-in with nothing heard yet, echoing."""
    provider.forget()
    provider.provider.behaviour = Behaviour()
    return provider


@pytest.fixture
def http2(http2_provider: Http2StandIn) -> Http2StandIn:
    """The stand-in that speaks HTTP/2 with nothing heard yet, echoing."""
    http2_provider.forget()
    http2_provider.provider.behaviour = Behaviour()
    return http2_provider


@pytest.fixture
def calling(stand_in: StandIn) -> StandIn:
    """The stand-in, which calls the first tool that it is offered."""
    stand_in.provider.behaviour = Behaviour(Manner.TOOL)
    return stand_in


@pytest.fixture(scope="session")
def under(shared: Daemon) -> dict[str, str]:
    """The environment that ``maskwire exec`` gives."""
    return exec_environment(shared.home)


@pytest.fixture
def program(under: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Make this process look like one that ``maskwire exec`` started: its environment and nothing of ours."""
    for name in filter(_leads_around, list(os.environ)):
        monkeypatch.delenv(name)
    for name, value in under.items():
        monkeypatch.setenv(name, value)


def _leads_around(name: str) -> bool:
    """Tell whether a variable could lead a client around the proxy or past its certificate."""
    return any(word in name.upper() for word in ("PROXY", "CERT", "_CA", "CAINFO", "SSL", "API_KEY", "BASE_URL"))
