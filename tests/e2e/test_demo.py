"""``maskwire demo`` on a machine that knows nothing of maskwire yet."""

import json
from pathlib import Path

from maskwire_daemon.coverage import demo
from maskwire_daemon.standin.leaks import leaks
from tests.e2e.lab import Home


def test_the_demonstration_shows_what_each_side_sees(tmp_path: Path) -> None:
    ran = Home.at(tmp_path).run("demo", "--json")
    shown = json.loads(ran.stdout)

    assert ran.returncode == 0, ran.stderr
    assert shown == {**shown, "sent": demo.PROMPT, "received": demo.PROMPT, "leaked": [], "ok": True}
    assert leaks(demo.VALUES, shown["seen_by_provider"].encode()) == []


def test_the_demonstration_reads_well_and_leaves_nothing(tmp_path: Path) -> None:
    home = Home.at(tmp_path)
    before = set(home.files())
    ran = home.run("demo")

    assert ran.returncode == 0, ran.stderr
    assert "all of them came back" in ran.stdout
    assert set(home.files()) == before
