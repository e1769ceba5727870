import asyncio
from pathlib import Path

import pytest

from maskwire.errors import VaultLocked
from maskwire_daemon.store.providers import EphemeralKey
from maskwire_daemon.store.system_keyring import KeyringKey
from maskwire_daemon.store.unlocking import Unlocking
from tests.fakes.keyring import Refusing, Remembering, Waiting


async def test_a_key_that_is_there_comes_at_once() -> None:
    provider = EphemeralKey()

    assert await Unlocking(provider).master() == provider.master()


async def test_an_open_dialog_does_not_hold_up_the_loop(tmp_path: Path) -> None:
    keyring = Waiting()
    unlocking = Unlocking(KeyringKey(tmp_path, lambda: keyring))
    ticks = 0

    async def tick() -> None:
        nonlocal ticks
        while True:
            await asyncio.sleep(0.005)
            ticks += 1

    async with asyncio.TaskGroup() as group:
        ticking = group.create_task(tick())
        with pytest.raises(VaultLocked, match=r"not answered within 0\.3 s.*maskwire status"):
            await unlocking.master(0.3)
        ticking.cancel()
    keyring.answer()

    assert ticks > 2


async def test_asking_again_joins_the_open_dialog(tmp_path: Path) -> None:
    keyring = Waiting()
    unlocking = Unlocking(KeyringKey(tmp_path, lambda: keyring))
    for _ in range(3):
        with pytest.raises(VaultLocked):
            await unlocking.master(0.02)

    assert keyring.asked == 1
    keyring.answer()
    key = await unlocking.master(5)
    assert len(key) == 32
    assert await unlocking.master(5) == key


async def test_two_that_wait_get_the_same_answer(tmp_path: Path) -> None:
    keyring = Waiting()
    unlocking = Unlocking(KeyringKey(tmp_path, lambda: keyring))
    async with asyncio.TaskGroup() as group:
        waiting = [group.create_task(unlocking.master(5)) for _ in range(2)]
        await asyncio.sleep(0.02)
        keyring.answer()

    assert waiting[0].result() == waiting[1].result()


async def test_a_refusal_is_handed_on_and_the_next_attempt_asks_again(tmp_path: Path) -> None:
    keyrings = [Refusing(), Remembering()]
    unlocking = Unlocking(KeyringKey(tmp_path, lambda: keyrings.pop(0)))
    with pytest.raises(VaultLocked, match="KeyringLocked"):
        await unlocking.master()

    assert len(await unlocking.master()) == 32


def test_a_loop_ends_while_a_dialog_is_open(tmp_path: Path) -> None:
    keyring = Waiting()

    async def main() -> None:
        with pytest.raises(VaultLocked):
            await Unlocking(KeyringKey(tmp_path, lambda: keyring)).master(0.02)

    asyncio.run(main())  # would wait for an answer that comes after it
    keyring.answer()
