"""Each check names what is wrong and what to do, and changes nothing."""

import socket
from pathlib import Path

import pytest

from maskwire_daemon.coverage.checkup import Finding, Verdict, examine

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
