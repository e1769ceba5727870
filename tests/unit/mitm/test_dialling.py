"""How long a host may take to be reached, and for whom it is not tried again at once."""

import asyncio
import socket
from collections.abc import Callable

import pytest
from mitmproxy.test import tflow

from maskwire.mitm import dialling
from maskwire.mitm.dialling import UNANSWERED, Dialling, keep_alive
from maskwire.mitm.engine import Client, ServerConnectionHookData
from maskwire.mitm.patches import TOLD_INSIDE


def limiter(reads: Callable[[str], bool] = lambda _: True) -> Dialling:
    return Dialling(dict, reads)


def attempt(client: Client | None = None) -> ServerConnectionHookData:
    server = tflow.tserver_conn()
    server.error = None
    return ServerConnectionHookData(server=server, client=client or tflow.tclient_conn())


async def dial(limits: Dialling, data: ServerConnectionHookData) -> None:
    """Dial a host that never answers, as mitmproxy does."""
    limits.server_connect(data)
    if data.server.error is None:
        await asyncio.Event().wait()


async def test_a_host_that_does_not_answer_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dialling, "DIAL_S", 0.05)
    monkeypatch.setattr(dialling, "SLOW_S", 0.01)
    limits, client = limiter(), tflow.tclient_conn()
    first, second, others = attempt(client), attempt(client), attempt()
    async with asyncio.timeout(20):
        with pytest.raises(asyncio.CancelledError, match=UNANSWERED):
            await asyncio.get_running_loop().create_task(dial(limits, first))
        limits.server_connect_error(first)
        await dial(limits, second)
    limits.server_connect(others)

    assert second.server.error == UNANSWERED
    assert others.server.error is None
    limits.server_connect_error(others)
    limits.client_disconnected(client)
    third = attempt(client)
    limits.server_connect(third)
    assert third.server.error is None
    limits.server_connect_error(third)


async def test_one_that_failed_at_once_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dialling, "DIAL_S", 0.05)
    limits, data = limiter(), attempt()
    limits.server_connect(data)
    limits.server_connect_error(data)
    await asyncio.sleep(0.2)  # the task of this test would be cancelled
    limits.server_connect(data)

    assert data.server.error is None
    limits.server_connect_error(data)


@pytest.mark.parametrize("read", [True, False])
def test_only_tunnels_that_are_read_begin_without_their_host(read: bool) -> None:
    flow = tflow.tflow()
    limiter(lambda host: read and host == flow.request.host).http_connect(flow)

    assert (TOLD_INSIDE in flow.metadata) is read


def test_a_system_that_lacks_an_option_does_without(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TCP_USER_TIMEOUT", "TCP_KEEPIDLE", "TCP_KEEPINTVL", "TCP_KEEPCNT"):
        monkeypatch.delattr(socket, name)
    with socket.socket() as connection:
        keep_alive(connection)

        assert connection.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE) == 1
