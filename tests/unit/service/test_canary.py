"""The canary's way opens and closes without a trace, and its proof says what was seen."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from maskwire.errors import ConfigError
from maskwire.wire.hosts import known_hosts
from maskwire_daemon.config.file import covers_known
from maskwire_daemon.coverage import canary_route
from maskwire_daemon.coverage.canary import Proof
from maskwire_daemon.coverage.canary_route import HOST, CanaryRoute

PEM = "-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----"


class Applied:
    """A proxy that takes over settings, or refuses them."""

    def __init__(self) -> None:
        self.times = 0
        self.problem: ConfigError | None = None

    async def __call__(self) -> None:
        self.times += 1
        if self.problem is not None:
            raise self.problem


def test_its_host_is_protected_like_a_real_one() -> None:
    assert covers_known(HOST, known_hosts())


async def test_it_opens_and_closes(tmp_path: Path) -> None:
    applied = Applied()
    own = tmp_path / "own.pem"
    own.write_text("own")
    route = CanaryRoute(tmp_path, applied)
    await route.open("127.0.0.1:9", PEM, own)
    trusted = route.trusted_ca(own)

    assert route.connect_to({"a:1": "b:2"}) == {"a:1": "b:2", f"{HOST}:443": "127.0.0.1:9"}
    assert trusted is not None
    assert trusted.read_text() == f"own\n{PEM}\n"
    await route.close()
    await route.close()
    assert applied.times == 2
    assert route.connect_to({}) == {}
    assert route.trusted_ca(own) == own
    assert not trusted.exists()


async def test_what_the_proxy_refuses_is_closed_again(tmp_path: Path) -> None:
    applied = Applied()
    applied.problem = ConfigError("no")
    route = CanaryRoute(tmp_path, applied)

    with pytest.raises(ConfigError):
        await route.open("127.0.0.1:9", PEM, None)
    assert route.connect_to({}) == {}
    assert route.trusted_ca(None) is None


async def test_it_closes_by_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(canary_route, "OPEN_S", 0.05)
    monkeypatch.setattr(canary_route, "LOOK_S", 0.02)
    route = CanaryRoute(tmp_path, Applied())
    await route.open("127.0.0.1:9", PEM, None)
    async with asyncio.TaskGroup() as group:
        task = group.create_task(route.expire())
        await asyncio.sleep(0.3)

        assert route.connect_to({}) == {}
        task.cancel()


PROOF = Proof(ok=True, leaked=(), restored=True, masked=True, state="protecting", ms=12.3)


@pytest.mark.parametrize(
    ("proof", "said"),
    [
        (PROOF, "Proven: "),
        (replace(PROOF, ok=False, problem="it was answered with 502"), "NOT proven: it was answered with 502"),
        (replace(PROOF, ok=False, leaked=("x",), state="paused"), "protection is paused"),
        (replace(PROOF, ok=False, leaked=("x", "y")), "would have seen x, y"),
        (replace(PROOF, ok=False, restored=False), "came back changed"),
    ],
)
def test_the_proof_is_a_sentence(proof: Proof, said: str) -> None:
    assert said in proof.sentence()
    assert proof.as_json()["ok"] == proof.ok
