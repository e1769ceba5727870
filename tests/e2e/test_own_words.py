"""The person's own words, packs and allowed values hold in a running daemon as soon as they are written."""

import os
import re
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from maskwire_client import Client, Status
from maskwire_client.errors import Refused
from tests.e2e.lab import Daemon, Home, running_daemon

WORDS = '[words]\nterms = ["blue quasar"]\n\n[[words.patterns]]\npattern = "EMP-[0-9]{4}"\nentity = "USERNAME"\n'
PACK = "[[rule]]\nid = 'badge'\nentity = 'CUSTOM'\npattern = 'BDG-[0-9]{4}'\n"
BROKEN = "\n[[rule]]\nid = 'bad'\nentity = 'CUSTOM'\npattern = '(?<=a)b'\n"


@pytest.fixture(scope="module")
def daemon(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Daemon]:
    with running_daemon(Home.at(tmp_path_factory.mktemp("words"))) as running:
        yield running


@pytest.fixture
def client(daemon: Daemon) -> Iterator[Client]:
    yield daemon.client
    daemon.home.config.write_text("")
    for pack in rules(daemon).glob("*.toml"):
        pack.unlink()
    until(daemon.client, "blue quasar EMP-1234 BDG-1234", "blue quasar EMP-1234 BDG-1234")


def rules(daemon: Daemon) -> Path:
    folder = daemon.home.config.parent / "rules"
    folder.mkdir(exist_ok=True)
    return folder


def until(client: Client, text: str, wanted: str, within_s: float = 5) -> float:
    """Wait until masking ``text`` gives ``wanted``, where ``…`` stands for any token; return the seconds."""
    began = time.monotonic()
    pattern = re.compile(re.escape(wanted).replace("…", r"[A-Z]+_[0-9A-Z]{8}"))
    while not pattern.fullmatch(masked := client.mask([text])[0]):
        assert time.monotonic() - began < within_s, masked
        time.sleep(0.02)
    return time.monotonic() - began


def attention(client: Client) -> Status:
    deadline = time.monotonic() + 5
    while (status := client.status()).state != "attention" and time.monotonic() < deadline:
        time.sleep(0.02)
    return status


@pytest.mark.parametrize("names", ["", " and ask Jane Doe of Springfield"], ids=["on the loop", "by the worker"])
def test_own_words_are_masked_within_a_second(daemon: Daemon, client: Client, names: str) -> None:
    assert "blue quasar and EMP-1234" in client.mask([f"about blue quasar and EMP-1234{names}"])[0]
    daemon.home.config.write_text(WORDS)
    took_s = until(client, "about blue quasar and EMP-1234", "about … and …")

    assert took_s < 2
    (masked,) = client.mask([f"about blue quasar and EMP-1234{names}"])
    assert "quasar" not in masked
    assert "EMP-1234" not in masked
    assert client.restore([masked]).texts == (f"about blue quasar and EMP-1234{names}",)


def test_an_invalid_pack_keeps_the_last_good_set_in_force(daemon: Daemon, client: Client) -> None:
    pack = rules(daemon) / "mine.toml"
    pack.write_text(PACK)
    assert until(client, "badge BDG-1234", "badge …") < 3
    pack.write_text(PACK + BROKEN)
    status = attention(client)

    (reason,) = status.reasons
    assert f"{pack}:6: bad: the pattern cannot be used: look-around is not supported" in reason
    assert "stay in force" in reason
    assert "BDG" not in client.mask(["other badge BDG-4321"])[0]
    pack.write_text(PACK.replace("BDG", "XYZ"))
    until(client, "badge XYZ-1234", "badge …")
    assert client.mask(["badge BDG-1234"]) == ["badge BDG-1234"]
    assert client.status().state == "protecting"


def test_a_worker_that_starts_again_knows_the_words(daemon: Daemon, client: Client) -> None:
    daemon.home.config.write_text(WORDS)
    until(client, "about blue quasar", "about …")
    os.kill(daemon.worker_pid(), signal.SIGKILL)
    text = "Jane Doe leads blue quasar. " * 200

    assert "quasar" not in masked_at_last(client, text)


def masked_at_last(client: Client, text: str) -> str:
    """Mask ``text``; a worker that is being replaced refuses for a moment."""
    deadline = time.monotonic() + 30
    while True:
        try:
            return client.mask([text])[0]
        except Refused:
            assert time.monotonic() < deadline
            time.sleep(0.1)


def test_a_pack_that_is_wrong_at_the_start_stops_it(tmp_path: Path) -> None:
    home = Home.at(tmp_path)
    folder = home.config.parent / "rules"
    folder.mkdir()
    (folder / "mine.toml").write_text(BROKEN)
    ran = home.run("up", "--headless", "--any-port")

    assert ran.returncode == 2
    assert f"{folder / 'mine.toml'}:2: bad: the pattern cannot be used: look-around is not supported" in ran.stderr


def test_a_model_that_cannot_be_loaded_blocks_what_needs_it_and_says_so(tmp_path: Path) -> None:
    home = Home.at(tmp_path)
    home.config.write_text('[detection]\nengine = "spacy"\nspacy_model = "xx_no_such_model"\n')
    with running_daemon(home) as daemon:
        client = daemon.client
        status = attention(client)

        assert any("xx_no_such_model" in reason for reason in status.reasons)
        with pytest.raises(Refused, match="xx_no_such_model"):
            client.mask(["please write to Jane Doe of Springfield"])
    ran = home.run("scan", stdin="Jane Doe")
    assert ran.returncode == 1
    assert "xx_no_such_model" in ran.stderr
