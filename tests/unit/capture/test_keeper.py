"""Settings of the system are put back one by one, and what somebody else changed stays."""

import json
import stat
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maskwire.errors import ControlError
from maskwire_daemon.capture import kept
from maskwire_daemon.capture.keeper import Keeper
from maskwire_daemon.capture.kept import AfterDeath
from maskwire_daemon.paths import Paths
from maskwire_daemon.platform.system_proxy import Way
from tests.fakes.settings import FakePlace

SCRIPT = Way("127.0.0.1", 8877, "http://127.0.0.1:8879/proxy.pac?v=1")
DIRECT = Way("127.0.0.1", 8877)


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return made(tmp_path)


def made(folder: Path) -> Paths:
    found = Paths.of({"MASKWIRE_HOME": str(folder)})
    found.create()
    return found


def test_what_was_not_set_is_not_set_again(paths: Paths) -> None:
    place = FakePlace({"mode": None, "other": "mine"})
    keeper = Keeper(paths, {"fake": place})
    keeper.lead("fake", SCRIPT)

    assert place.values["mode"] == "script"
    assert keeper.let_go("fake") == []
    assert place.values == {"mode": None, "script": None, "other": "mine"}
    assert not kept.file_of(paths).exists()


def test_earlier_values_are_on_disk_before_anything_changes(paths: Paths) -> None:
    class Failing(FakePlace):
        def write(self, values: object) -> None:
            found = json.loads(kept.file_of(paths).read_text())
            assert found["places"]["fake"]["before"] == {"script": "own", "mode": None}
            raise ControlError("cut off here")

    keeper = Keeper(paths, {"fake": Failing({"script": "own", "mode": None})})
    with pytest.raises(ControlError, match="cut off"):
        keeper.lead("fake", SCRIPT)

    assert stat.S_IMODE(kept.file_of(paths).stat().st_mode) == 0o600
    assert keeper.kept().places["fake"].before == {"script": "own", "mode": None}


def test_leading_twice_keeps_the_values_of_the_person(paths: Paths) -> None:
    place = FakePlace({"mode": "none", "script": "own"})
    for _ in range(3):
        Keeper(paths, {"fake": place}).lead("fake", SCRIPT)
    Keeper(paths, {"fake": place}).let_go("fake")

    assert place.values == {"mode": "none", "script": "own"}


def test_a_change_of_kind_takes_the_former_kind_back(paths: Paths) -> None:
    place = FakePlace({"mode": "none", "script": "own", "host": "own-host"})
    keeper = Keeper(paths, {"fake": place})
    keeper.lead("fake", SCRIPT)
    keeper.lead("fake", DIRECT)

    assert place.values == {"mode": "manual", "script": "own", "host": "127.0.0.1:8877"}
    keeper.let_go("fake")
    assert place.values == {"mode": "none", "script": "own", "host": "own-host"}


def test_a_change_of_somebody_else_is_not_overwritten_and_said(paths: Paths) -> None:
    place = FakePlace({"mode": "none"})
    keeper = Keeper(paths, {"fake": place})
    keeper.lead("fake", SCRIPT)
    place.values["script"] = "http://theirs.example/"

    with pytest.raises(ControlError, match="somebody else changed the fake proxy settings"):
        keeper.check("fake")
    with pytest.raises(ControlError, match="capture on system"):
        keeper.lead("fake", SCRIPT)
    assert keeper.let_go("fake") == ["fake: script was changed by somebody else meanwhile and stays as it is"]
    assert place.values == {"mode": "none", "script": "http://theirs.example/"}


def test_asking_again_overwrites_a_change_and_keeps_it(paths: Paths) -> None:
    place = FakePlace({"mode": "none"})
    keeper = Keeper(paths, {"fake": place})
    keeper.lead("fake", SCRIPT)
    place.values["mode"] = "discover"
    keeper.lead("fake", SCRIPT, again=True)

    keeper.check("fake")
    keeper.let_go("fake")
    assert place.values == {"mode": "discover", "script": None}


def test_another_proxy_is_not_cut_off(paths: Paths) -> None:
    place = FakePlace({"mode": "manual", "host": "proxy.corp.example:3128"})
    keeper = Keeper(paths, {"fake": place})

    with pytest.raises(ControlError, match=r"proxy\.corp\.example:3128.*upstream\.proxy"):
        keeper.lead("fake", SCRIPT)
    assert place.values["mode"] == "manual"
    keeper.lead("fake", SCRIPT, past=True)
    keeper.let_go("fake")
    assert place.values == {"mode": "manual", "host": "proxy.corp.example:3128", "script": None}


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("http://proxy.example:3128/pac", "http://proxy.example:3128/pac"),
        ("http://jane:hunter2@proxy.example:3128", "proxy.example:3128"),
        ("jane:hunter2@proxy.example:3128", "proxy.example:3128"),
        ("http://jane:hun@ter2@proxy.example 3128", "proxy.example 3128"),
        ("http=jane:hunter2@a.example:80;https=jane:hunter2@b.example:80", "b.example:80"),
        ("http://jane:hun;t er/2@proxy.example/hunter2", "proxy.example"),
        ("https://pac.example/proxy.pac?key=hunter2", "https://pac.example/proxy.pac"),
        ("https://pac.example/proxy.pac#hunter2", "https://pac.example/proxy.pac"),
        ("https://pac.example/proxy.pac?key=hun@ter2", "another proxy"),
        ("http://jane:hun?ter2@proxy.example", "another proxy"),
        ("jane:hunter2@", "another proxy"),
        ("automatic discovery", "automatic discovery"),
    ],
)
def test_a_password_in_an_address_is_not_shown(paths: Paths, address: str, public: str) -> None:
    keeper = Keeper(paths, {"fake": FakePlace({"mode": "script", "script": address})})
    with pytest.raises(ControlError) as caught:
        keeper.lead("fake", SCRIPT)

    assert f"lead to {public} already" in str(caught.value)
    assert "hun" not in str(caught.value)


def test_settings_that_do_not_take_are_a_problem(paths: Paths) -> None:
    keeper = Keeper(paths, {"fake": FakePlace({"mode": "none"}, deaf=True)})

    with pytest.raises(ControlError, match="did not take over"):
        keeper.lead("fake", SCRIPT)


def test_a_place_that_does_not_answer_stays_to_be_done(paths: Paths) -> None:
    dead, alive = FakePlace({"mode": "a"}), FakePlace({"mode": "b"})
    keeper = Keeper(paths, {"dead": dead, "alive": alive})
    keeper.lead("dead", SCRIPT)
    keeper.lead("alive", SCRIPT)
    dead.dead = True

    with pytest.raises(ControlError, match="does not answer"):
        keeper.let_all_go()
    assert alive.values["mode"] == "b"
    assert list(keeper.kept().places) == ["dead"]
    dead.dead = False
    assert keeper.let_all_go() == []
    assert dead.values["mode"] == "a"


def test_a_place_of_another_session_says_what_to_do(paths: Paths) -> None:
    Keeper(paths, {"fake": FakePlace()}).lead("fake", SCRIPT)

    with pytest.raises(ControlError, match="log in to the desktop"):
        Keeper(paths, {}).let_all_go()


def test_a_file_that_cannot_be_read_is_not_guessed_at(paths: Paths) -> None:
    kept.file_of(paths).write_text('{"places": 1}')

    with pytest.raises(ControlError, match="by hand"):
        Keeper(paths, {"fake": FakePlace()}).lead("fake", SCRIPT)


def test_the_file_stays_while_a_script_is_used(paths: Paths) -> None:
    keeper = Keeper(paths, {})
    after = AfterDeath(block=False, grace_s=3, script="x", pac_port=1)
    keeper.after(after)

    assert keeper.kept().after == after
    keeper.after(AfterDeath())
    assert not kept.file_of(paths).exists()


NAMES = st.sampled_from(("mode", "script", "host"))
TEXTS = st.none() | st.sampled_from(("none", "x", "y", ""))


@settings(deadline=None, max_examples=60)  # each writes files
@given(before=st.dictionaries(NAMES, TEXTS), theirs=st.dictionaries(NAMES, TEXTS), turns=st.lists(st.booleans()))
def test_only_what_somebody_else_set_differs_afterwards(
    tmp_path_factory: pytest.TempPathFactory,
    before: dict[str, str | None],
    theirs: dict[str, str | None],
    turns: list[bool],
) -> None:
    place = FakePlace(dict(before))
    keeper = Keeper(made(tmp_path_factory.mktemp("home")), {"fake": place})
    for script in [True, *turns]:
        keeper.lead("fake", SCRIPT if script else DIRECT, past=True)
    place.values.update(theirs)
    ours = keeper.kept().places["fake"].ours
    keeper.let_go("fake")

    for name in ("mode", "script", "host"):
        expected = theirs[name] if name in theirs and name in ours else {**before, **theirs}.get(name)
        assert place.values.get(name) == expected
