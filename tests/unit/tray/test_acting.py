"""What a choice does, and what the person hears of it."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maskwire_client import Client, ControlError
from maskwire_tray.acting import DAY_MINUTES, EXEC, Acting, Surroundings, until_morning
from maskwire_tray.choices import AtLogin, Capture, Do, Pause, SetMode
from maskwire_tray.clipboard import commands, copy
from tests.fakes.control import FakeControl
from tests.unit.client.test_client import runtime, serving


@dataclass
class FakeSwitch:
    on: bool = False

    def enabled(self) -> bool:
        return self.on

    def switch(self, *, on: bool) -> None:
        self.on = on


@dataclass
class Bench:
    """A control API, a `maskwire` that prints its arguments, and a `PATH` for the clipboard's programs."""

    folder: Path
    control: FakeControl = field(default_factory=FakeControl)
    switch: FakeSwitch = field(default_factory=FakeSwitch)
    started: list[str] = field(default_factory=list)
    script: str = "import sys; print('ran', *sys.argv[1:])"

    def acting(self, port: int) -> Acting:
        around = Surroundings(
            program=[sys.executable, "-c", self.script],
            start=lambda: self.started.append("daemon"),
            at_login=self.switch,
            environ={"PATH": str(self.folder), "DISPLAY": ":9", "SYSTEMROOT": ""},
        )
        return Acting(around, lambda: Client(runtime(port), 5))

    def clipboard(self) -> Path:
        """Put an ``xclip`` into the path; return the file that it writes to."""
        program, kept = self.folder / "xclip", self.folder / "kept"
        program.write_text(
            f'#!/bin/sh\nwhile IFS= read -r line || [ -n "$line" ]; do echo "$line"; done > \'{kept}\'\n'
        )
        program.chmod(0o700)
        return kept


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


@pytest.fixture
def acting(bench: Bench) -> Iterator[Acting]:
    with serving(bench.control) as port:
        yield bench.acting(port)


def test_choices_reach_the_daemon(bench: Bench, acting: Acting) -> None:
    acting.do(Pause(15))
    assert (bench.control.minutes, bench.control.floor) == (15, True)
    acting.do(Pause(5, floor=False))
    assert (bench.control.minutes, bench.control.floor) == (5, False)
    acting.do(Pause(None))
    assert bench.control.minutes is not None
    assert 120 <= bench.control.minutes <= DAY_MINUTES
    acting.do(Do.RESUME)
    assert bench.control.minutes is None
    acting.do(SetMode("api.openai.com", "block"))
    assert bench.control.mode == "block"
    acting.do(Do.STOP_AND_QUIT)
    assert bench.control.stopped.is_set()


def test_choices_reach_the_desktop(bench: Bench, acting: Acting) -> None:
    acting.do(AtLogin(on=True))
    acting.do(Do.START)

    assert bench.switch.on
    assert bench.started == ["daemon"]
    assert acting.do(Do.OPEN) is None


def test_what_the_daemon_refuses_is_said(acting: Acting) -> None:
    with pytest.raises(ControlError, match="matches no host"):
        acting.do(SetMode("nowhere.example", "block"))


def test_proxy_settings_are_copied_as_the_command_prints_them(bench: Bench, acting: Acting) -> None:
    kept = bench.clipboard()
    notice = acting.do(Do.COPY_PROXY)

    assert kept.read_text() == "ran env\n"
    assert notice is not None
    assert notice.title == "Proxy settings copied"


def test_without_a_browser_the_dashboards_address_is_copied(bench: Bench) -> None:
    bench.script, kept = "print('http://127.0.0.1:1/login')", bench.clipboard()
    with serving(bench.control) as port:
        notice = bench.acting(port).do(Do.OPEN)

    assert kept.read_text() == "http://127.0.0.1:1/login\n"
    assert notice is not None
    assert notice.text == "Paste it into a browser."


def test_without_a_clipboard_the_text_itself_is_told(acting: Acting) -> None:
    notice = acting.do(Do.COPY_EXEC)

    assert notice is not None
    assert EXEC in notice.text
    assert "no program for the clipboard" in notice.text


def test_a_way_to_the_proxy_is_switched_by_the_command_which_says_what_came_of_it(acting: Acting) -> None:
    told = [acting.do(Capture("system", on)) for on in (True, False)]

    assert [notice and notice.text for notice in told] == ["ran capture on system", "ran capture off system"]


def test_a_command_that_fails_says_why(bench: Bench) -> None:
    bench.script = "import sys; sys.exit('no browser here')"
    with serving(bench.control) as port, pytest.raises(ControlError, match="`maskwire open` failed: no browser here"):
        bench.acting(port).do(Do.OPEN)


@pytest.mark.parametrize(
    ("environ", "platform", "first"),
    [
        ({"WAYLAND_DISPLAY": "w", "DISPLAY": ":0"}, "linux", "wl-copy"),
        ({"DISPLAY": ":0"}, "linux", "xclip"),
        ({}, "darwin", "pbcopy"),
        ({}, "win32", "clip"),
    ],
)
def test_each_desktop_has_its_clipboard(environ: dict[str, str], platform: str, first: str) -> None:
    assert commands(environ, platform)[0][0] == first


def test_no_screen_no_clipboard() -> None:
    assert list(commands({}, "linux")) == []
    assert not copy("x", {"PATH": ""})


moments = st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)).map(  # noqa: DTZ001 - a zone is added
    lambda moment: moment.replace(tzinfo=timezone(timedelta(hours=2)))
)


@given(moments)
def test_until_morning_is_no_short_nap_and_no_more_than_a_day(now: datetime) -> None:
    minutes = until_morning(now)
    end = now + timedelta(minutes=minutes)

    assert 120 <= minutes <= DAY_MINUTES
    assert minutes == DAY_MINUTES or (end.hour, end.minute) == (6, 0)
