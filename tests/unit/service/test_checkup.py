"""Each check names what is wrong and what to do, and changes nothing."""

import os
import socket
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from maskwire.wire.hosts import known_hosts
from maskwire_daemon.capture import kept
from maskwire_daemon.coverage.checkup import examine
from maskwire_daemon.coverage.finding import Finding, Verdict
from maskwire_daemon.paths import Paths
from maskwire_daemon.singleton import only_one
from maskwire_daemon.store.database import Database
from maskwire_daemon.store.keys import Keys
from maskwire_daemon.trust.authority import Authority
from maskwire_daemon.trust.certificates import AUTHORITY_LIFE

KEY = {"MASKWIRE_KEY_PROVIDER": "env"}


def checked(home: Path, environ: dict[str, str], check: str) -> Finding:
    return next(f for f in examine({"MASKWIRE_HOME": str(home), **environ}) if f.check == check)


def test_a_fresh_home_lacks_only_a_daemon(tmp_path: Path) -> None:
    home = tmp_path / "home"
    found = {f.check: f for f in examine({"MASKWIRE_HOME": str(home), **KEY})}

    assert {f.check for f in found.values() if f.verdict is Verdict.FAILED} <= {"ports"}
    assert found["daemon"].remedy == "start it: maskwire up"
    assert found["key"].found == "from env"
    assert not home.exists()


def test_a_wrong_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("prozy = 1\n")
    found = checked(tmp_path, KEY, "configuration")

    assert found.verdict is Verdict.FAILED
    assert f"{tmp_path / 'config.toml'}:1: prozy" in found.found
    assert "config explain" in found.remedy


def test_a_taken_port_is_named_with_its_program(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        (tmp_path / "config.toml").write_text(f"[proxy]\nport = {taken.getsockname()[1]}\n[api]\nport = 0\n")
        found = checked(tmp_path, KEY, "ports")

    assert found.verdict is Verdict.FAILED
    assert found.found.startswith("proxy.port is taken by ")


def test_a_machine_without_keyring_is_told_what_to_choose(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    found = checked(tmp_path, {}, "key")

    assert found.verdict is Verdict.WARNING
    assert "null" in found.found
    assert 'key_provider = "passphrase"' in found.remedy


@pytest.mark.parametrize(
    ("environ", "verdict", "said"),
    [
        ({"NO_PROXY": "*.openai.com"}, Verdict.WARNING, "NO_PROXY lets *.openai.com"),
        ({"HTTPS_PROXY": "http://corp.example:8080"}, Verdict.WARNING, "HTTPS_PROXY name another proxy"),
        ({"NO_PROXY": "localhost"}, Verdict.OK, "none in the way"),
    ],
)
def test_variables_that_lead_elsewhere_are_named(
    tmp_path: Path, environ: dict[str, str], verdict: Verdict, said: str
) -> None:
    found = checked(tmp_path, {**KEY, **environ}, "other proxies")

    assert found.verdict is verdict
    assert said in found.found


def test_names_that_are_off_are_named(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("[detection]\nnames = false\n")

    assert checked(tmp_path, KEY, "model").verdict is Verdict.WARNING


def made(home: Path) -> Path:
    """Make an authority in ``home`` and return its file."""
    folder = home / "authority"
    return Authority.load_or_create(folder, Keys.ephemeral(), known_hosts()).ca_file


def test_a_sound_authority_says_how_long_it_holds(tmp_path: Path) -> None:
    made(tmp_path)
    found = checked(tmp_path, KEY, "authority")

    assert found.verdict is Verdict.OK
    assert "days" in found.found


def test_an_authority_for_fewer_hosts_is_to_be_made_anew(tmp_path: Path) -> None:
    Authority.load_or_create(tmp_path / "authority", Keys.ephemeral(), ["api.openai.com"])
    found = checked(tmp_path, KEY, "authority")

    assert found.verdict is Verdict.FAILED
    assert "leaves out" in found.found


def test_an_authority_near_its_end_is_a_warning(tmp_path: Path) -> None:
    long_ago = datetime.now(UTC) - AUTHORITY_LIFE + timedelta(days=10)
    Authority.load_or_create(tmp_path / "authority", Keys.ephemeral(), known_hosts(), lambda: long_ago)
    found = checked(tmp_path, KEY, "authority")

    assert found.verdict is Verdict.WARNING
    assert "ends in" in found.found


def test_an_authority_that_is_none_is_named(tmp_path: Path) -> None:
    made(tmp_path).write_text("nothing")

    assert checked(tmp_path, KEY, "authority").verdict is Verdict.FAILED


def test_a_damaged_database_is_found(tmp_path: Path) -> None:
    Database.open(tmp_path / "maskwire.db").close()
    with (tmp_path / "maskwire.db").open("r+b") as file:
        file.seek(4096)
        file.write(b"x" * 3000)

    assert checked(tmp_path, KEY, "database").verdict is Verdict.FAILED


def test_open_folders_are_closed_when_asked(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    home.chmod(0o755)
    found = checked(home, KEY, "folders")
    assert found.verdict is Verdict.FAILED
    assert found.mend is not None

    found.mend()

    assert home.stat().st_mode & 0o777 == 0o700
    assert checked(home, KEY, "folders").verdict is Verdict.OK


def test_a_file_that_leads_nowhere_is_removed_when_asked(tmp_path: Path) -> None:
    runtime = Paths.of({"MASKWIRE_HOME": str(tmp_path)}).runtime
    runtime.write_text("{}")
    found = checked(tmp_path, KEY, "runtime file")
    assert found.mend is not None

    found.mend()

    assert not runtime.exists()


def test_a_clock_that_went_back_is_noticed(tmp_path: Path) -> None:
    file = made(tmp_path)
    os.utime(file, (4e9, 4e9))

    assert checked(tmp_path, KEY, "clock").verdict is Verdict.FAILED


def test_what_a_killed_daemon_left_is_found(tmp_path: Path) -> None:
    paths = Paths.of({"MASKWIRE_HOME": str(tmp_path)})
    paths.create()
    kept.store(paths, kept.Kept({"gnome": kept.Place({"mode": None}, {"mode": "'auto'"})}))

    found = checked(tmp_path, KEY, "leftovers")
    assert found.verdict is Verdict.FAILED
    assert found.mend is not None


def test_a_daemon_that_is_only_slow_is_left_alone(tmp_path: Path) -> None:
    paths = Paths.of({"MASKWIRE_HOME": str(tmp_path)})
    paths.create()
    paths.runtime.write_text("{}")
    kept.store(paths, kept.Kept({"gnome": kept.Place({"mode": None}, {"mode": "'auto'"})}))

    with only_one(paths.lock):
        found = [checked(tmp_path, KEY, name) for name in ("runtime file", "leftovers")]

    assert [(each.verdict, each.mend) for each in found] == [(Verdict.OK, None)] * 2


def test_an_interceptor_is_named(tmp_path: Path) -> None:
    program = tmp_path / "mitmdump"
    program.symlink_to(Path("/bin/sleep").resolve())
    with subprocess.Popen([program, "30"]) as process:
        found = checked(tmp_path, KEY, "interceptors")
        process.kill()

    assert found.verdict is Verdict.WARNING
    assert "mitmdump" in found.found
