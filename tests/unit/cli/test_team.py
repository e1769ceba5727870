"""``maskwire team``: two homes and a Redis, by the commands alone."""

import base64
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from maskwire_daemon.cli.main import main
from maskwire_daemon.cli.team_command import TEAM_PASSPHRASE
from maskwire_daemon.store.team.address import PASSWORD_VARIABLE
from tests.fakes.redis import RedisServer, running_redis

PASSWORD = "hunter22-of-redis"


@pytest.fixture(scope="module")
def redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    with running_redis(tmp_path_factory.mktemp("redis"), password=PASSWORD) as server:
        yield server


class Machine:
    """A home in which commands run, one machine at a time."""

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch, capture: pytest.CaptureFixture[str]) -> None:
        self.home = folder
        self._patch = patch
        self._capture = capture
        folder.mkdir()
        (folder / "config.toml").write_text("# mine\n[detection]\nnames = false\n")

    def run(self, *arguments: str, **environ: str) -> tuple[int, str]:
        """Run a command here; return its exit code and all that it said."""
        with self._patch.context() as patch:
            patch.setenv("MASKWIRE_HOME", str(self.home))
            for name, value in environ.items():
                patch.setenv(name, value)
            code = main(["team", *arguments])
        said = self._capture.readouterr()
        return code, said.out + said.err

    @property
    def config(self) -> str:
        return (self.home / "config.toml").read_text()

    def state(self) -> dict[str, object]:
        code, said = self.run("status", "--json")
        assert code == 0
        found: dict[str, object] = json.loads(said)
        return found


@pytest.fixture
def machines(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> tuple[Machine, Machine]:
    monkeypatch.setenv("MASKWIRE_KEY_PROVIDER", "env")
    monkeypatch.setenv("MASKWIRE_MASTER_KEY", base64.b64encode(bytes(range(32))).decode())
    monkeypatch.delenv(PASSWORD_VARIABLE, raising=False)
    return Machine(tmp_path / "a", monkeypatch, capsys), Machine(tmp_path / "b", monkeypatch, capsys)


@pytest.fixture
def team(machines: tuple[Machine, Machine], redis: RedisServer) -> tuple[Machine, Machine]:
    """A has made the team, B has joined it."""
    a, b = machines
    code, said = a.run("create", redis.url, MASKWIRE_REDIS_PASSWORD=PASSWORD)
    assert code == 0, said
    text, passphrase = invited(a)
    (b.home / "invitation.txt").write_text(text)
    code, said = b.run("join", str(b.home / "invitation.txt"), MASKWIRE_TEAM_PASSPHRASE=passphrase)
    assert code == 0, said
    return a, b


def invited(machine: Machine) -> tuple[str, str]:
    code, said = machine.run("invite")
    passphrase = re.search(r"passphrase is (\S+)", said)
    assert code == 0
    assert passphrase is not None
    return said, passphrase[1]


def test_a_team_is_made_and_joined_and_the_settings_hold_no_secret(
    team: tuple[Machine, Machine], redis: RedisServer
) -> None:
    states = [machine.state() for machine in team]

    assert states[0] == states[1]
    assert (states[0]["member"], states[0]["used"], states[0]["problem"]) == (True, True, "")
    for machine in team:
        assert machine.config.startswith("# mine\n")
        assert f'redis_url = "{redis.url}"' in machine.config
        assert PASSWORD not in machine.config


def test_reading_it_says_the_same(team: tuple[Machine, Machine]) -> None:
    code, said = team[1].run()

    assert code == 0
    assert said.startswith("Values are in the team's Redis at ")
    assert ", 0 values" in said


def test_a_wrong_passphrase_changes_nothing(team: tuple[Machine, Machine], machines: tuple[Machine, Machine]) -> None:
    a, b = machines
    b.run("leave")
    text, _ = invited(a)
    (b.home / "invitation.txt").write_text(text)
    code, said = b.run("join", str(b.home / "invitation.txt"), MASKWIRE_TEAM_PASSPHRASE="wrong")

    assert code == 1
    assert "does not open this invitation" in said
    assert b.state() == {"member": False}
    assert "redis" not in b.config


def test_without_a_terminal_the_passphrase_is_asked_of_a_variable(machines: tuple[Machine, Machine]) -> None:
    file = machines[0].home / "invitation.txt"
    file.write_text("anything")
    code, said = machines[0].run("join", str(file))

    assert code == 2
    assert TEAM_PASSPHRASE in said


def test_a_redis_that_refuses_makes_no_team(machines: tuple[Machine, Machine], redis: RedisServer) -> None:
    code, said = machines[0].run("create", redis.url, MASKWIRE_REDIS_PASSWORD="wrong-one")

    assert code == 1
    assert "does not take the password" in said
    assert "wrong-one" not in said
    assert machines[0].state() == {"member": False}


@pytest.mark.parametrize("url", ["redis://user:hunter22@host", "host:6379"])
def test_a_wrong_url_is_told_and_a_password_in_it_not_repeated(machines: tuple[Machine, Machine], url: str) -> None:
    code, said = machines[0].run("create", url)

    assert code == 2
    assert "hunter22" not in said


def test_nobody_is_in_two_teams(team: tuple[Machine, Machine], redis: RedisServer) -> None:
    a, b = team
    text, passphrase = invited(a)
    (b.home / "invitation.txt").write_text(text)

    for arguments in (("create", redis.url), ("join", str(b.home / "invitation.txt"))):
        code, said = b.run(*arguments, MASKWIRE_TEAM_PASSPHRASE=passphrase, MASKWIRE_REDIS_PASSWORD=PASSWORD)
        assert code == 2
        assert "in a team already" in said


def test_who_leaves_has_no_key_and_the_others_keep_theirs(team: tuple[Machine, Machine]) -> None:
    a, b = team

    assert b.run("leave")[0] == 0
    assert b.config.strip() + "\n" == "# mine\n[detection]\nnames = false\n"
    assert b.run("leave")[0] == 1
    assert b.run("invite")[0] == 2
    assert a.state()["problem"] == ""


def test_what_redis_lost_is_repaired_when_asked(team: tuple[Machine, Machine], redis: RedisServer) -> None:
    a, b = team
    assert "nothing to repair" in a.run("repair")[1]
    redis.cli("FLUSHALL")
    assert "maskwire team repair" in str(b.state()["problem"])
    assert "An empty vault is set up" in a.run("repair")[1]

    assert b.state()["problem"] == ""


def test_destroying_takes_agreement_and_reaches_everybody(team: tuple[Machine, Machine]) -> None:
    a, b = team
    assert a.run("destroy")[0] == 1
    assert a.state()["problem"] == ""
    assert a.run("destroy", "--yes")[0] == 0

    assert a.state() == {"member": False}
    assert "was destroyed" in str(b.state()["problem"])
    assert b.run("repair")[0] == 1


def test_purging_everything_here_leaves_the_teams_values(
    team: tuple[Machine, Machine], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MASKWIRE_HOME", str(team[0].home))

    assert main(["purge", "--all", "--yes"]) == 0
    assert "the team's values stay" in capsys.readouterr().err
    assert main(["purge", "--destroy", "--yes"]) == 1
    assert "maskwire team leave" in capsys.readouterr().err
    assert main(["rotate-key", "--values"]) == 1
    assert "make a new team" in capsys.readouterr().err
    assert team[0].state()["problem"] == ""
