"""The two directions of a WebSocket: each keeps its order, neither waits for the other, both end whole."""

import asyncio
import json
from contextlib import suppress
from pathlib import Path

import pytest
from websockets.asyncio.server import ServerConnection
from websockets.exceptions import ConnectionClosed

from maskwire.mitm.services import Limits
from tests.e2e.test_websockets import EMAIL, answer, create, echo, heard_until_completed, sockets


async def test_messages_keep_their_order_while_detection_waits(tmp_path: Path) -> None:
    async def count(ws: ServerConnection, message: str) -> None:
        await ws.send(json.dumps({"type": "response.heard", "number": json.loads(message)["metadata"]["n"]}))

    async with sockets(tmp_path, count) as there, there.open() as ws:
        for n in range(12):
            there.lab.detector.delay_s = 0.05 if n == 0 else 0.0
            await ws.send(create(f"{n} {EMAIL}", metadata={"n": str(n)}))
        got = [json.loads(await ws.recv())["number"] for _ in range(12)]

    assert [json.loads(m)["metadata"]["n"] for m in there.heard] == [str(n) for n in range(12)]
    assert got == [str(n) for n in range(12)]


async def test_the_provider_does_not_wait_for_a_message_that_is_searched(tmp_path: Path) -> None:
    told = asyncio.Event()

    async def speak(ws: ServerConnection, message: str) -> None:
        if json.loads(message)["metadata"]["n"] == "0":
            await told.wait()
            await ws.send('{"type": "response.heard", "number": "meanwhile"}')
        else:
            await ws.send('{"type": "response.heard", "number": "after"}')

    async with sockets(tmp_path, speak) as there, there.open() as ws:
        await ws.send(create("first", metadata={"n": "0"}))
        while not there.heard:  # noqa: ASYNC110 - the list is a plain one
            await asyncio.sleep(0.01)
        there.lab.detector.delay_s = 1.5
        await ws.send(create(f"slow {EMAIL}", metadata={"n": "1"}))
        await asyncio.sleep(0.1)
        told.set()
        first = json.loads(await ws.recv())["number"]
        sent = len(there.heard)
        second = json.loads(await ws.recv())["number"]

    assert (first, sent, second) == ("meanwhile", 1, "after")
    assert EMAIL not in str(there.heard[1])


@pytest.mark.parametrize(("count", "size"), [(70, 10), (4, 300_000)], ids=["messages", "bytes"])
async def test_no_more_wait_than_fit(tmp_path: Path, count: int, size: int) -> None:
    async with sockets(tmp_path, echo, Limits(body_bytes=1_000_000)) as there, there.open() as ws:
        there.lab.detector.delay_s = 5
        with suppress(ConnectionClosed):
            for n in range(count):
                await ws.send(create(f"{n} {EMAIL} {'x' * size}"))
        await ws.wait_closed()

    assert (ws.close_code, there.heard) == (1008, [])


async def test_a_client_that_says_goodbye_is_heard_to_the_end_first(tmp_path: Path) -> None:
    async def silent(ws: ServerConnection, message: str) -> None:
        del ws, message

    async with sockets(tmp_path, silent) as there:
        async with there.open() as ws:
            there.lab.detector.delay_s = 0.2
            for n in range(3):
                await ws.send(create(f"{n} {EMAIL}", metadata={"n": str(n)}))
        while not there.closed:  # noqa: ASYNC110 - the list is a plain one
            await asyncio.sleep(0.01)

    assert [json.loads(m)["metadata"]["n"] for m in there.heard] == ["0", "1", "2"]
    assert EMAIL not in str(there.heard)


async def test_stopping_lets_an_answer_end(tmp_path: Path) -> None:
    gate = asyncio.Event()

    async def slow(ws: ServerConnection, message: str) -> None:
        first, *rest = answer(["one ", "two"])
        await ws.send(first)
        await gate.wait()
        for event in rest:
            await ws.send(event)

    async with sockets(tmp_path, slow) as found, found.open() as ws, asyncio.TaskGroup() as tasks:
        await ws.send(create("hello"))
        await ws.recv()
        stopping = tasks.create_task(found.lab.proxy.stop(drain_s=5))
        await asyncio.sleep(0.1)
        assert not stopping.done()
        gate.set()

        assert (await heard_until_completed(ws))[0] == "one two"
