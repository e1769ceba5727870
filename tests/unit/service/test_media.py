"""Leave for images and sound ends by itself and touches nothing else."""

import asyncio

import pytest

from maskwire.policy import HostPolicy, Mode, Policy
from maskwire_daemon.media import MAX_MINUTES, MediaLeave

HOST = "api.openai.com"


async def test_leave_ends_by_itself_and_says_so() -> None:
    changes: list[bool] = []
    leave = MediaLeave(lambda: changes.append(leave.over(Policy()).host(HOST).media))
    leave.give("API.openai.com.", 0.05 / 60)

    assert leave.over(Policy()).host(HOST).media
    await asyncio.sleep(0.12)
    assert not leave.over(Policy()).host(HOST).media
    assert changes == [True, False]


async def test_a_newer_leave_replaces_the_older() -> None:
    leave = MediaLeave(lambda: None)
    leave.give(HOST, 0.05 / 60)
    leave.give(HOST, 5)
    await asyncio.sleep(0.12)

    assert leave.over(Policy()).host(HOST).media


async def test_other_settings_and_other_hosts_stay() -> None:
    leave = MediaLeave(lambda: None)
    leave.give(HOST, 5)
    policy = Policy(hosts={"*.openai.com": HostPolicy(mode=Mode.OBSERVE, restore_urls=True)}, paused=True)
    found = leave.over(policy)

    assert found.host(HOST) == HostPolicy(mode=Mode.OBSERVE, restore_urls=True, media=True)
    assert found.host("x.openai.com") == policy.host("x.openai.com")
    assert found.host("api.anthropic.com") == HostPolicy()
    assert found.paused


async def test_without_leave_the_policy_is_the_same_object() -> None:
    leave = MediaLeave(lambda: None)
    policy = Policy()

    assert leave.over(policy) is policy


@pytest.mark.parametrize("minutes", [0, -1, MAX_MINUTES + 1, float("nan")])
async def test_an_impossible_leave_is_none(minutes: float) -> None:
    leave = MediaLeave(lambda: None)
    with pytest.raises(ValueError, match="more than 0"):
        leave.give(HOST, minutes)

    assert not leave.over(Policy()).host(HOST).media


async def test_leave_tells_its_end_and_can_be_taken_back() -> None:
    changes: list[bool] = []
    leave = MediaLeave(lambda: changes.append(leave.over(Policy()).host(HOST).media))
    leave.give(HOST, 5)
    (left_s,) = leave.left_s().values()
    leave.end("API.openai.com.")
    leave.end(HOST)

    assert 0 < left_s <= 300
    assert leave.left_s() == {}
    assert changes == [True, False]
