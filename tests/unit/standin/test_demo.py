"""What ``maskwire demo`` prints, for a demonstration that went well and for ones that did not."""

import json

import pytest

from maskwire_daemon.coverage import demo
from maskwire_daemon.coverage.demo import PROMPT, VALUES, Shown, run
from maskwire_daemon.standin.leaks import leaks

SEEN = "Write to PERSON_K7Q2MXA4."
GOOD = Shown("Write to Jane Doe.", SEEN, "Write to Jane Doe.", ())
LEAKED = Shown("Write to Jane Doe.", "Write to Jane Doe", "Write to Jane Doe.", ("Jane Doe",))
TORN = Shown("Write to Jane Doe.", SEEN, SEEN, ())


def shown_as(shown: Shown, monkeypatch: pytest.MonkeyPatch, *, as_json: bool) -> int:
    monkeypatch.setattr(demo, "demonstrate", lambda: shown)
    return run(as_json=as_json)


def test_json_holds_the_three_texts(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    code = shown_as(GOOD, monkeypatch, as_json=True)

    assert code == 0
    assert json.loads(capsys.readouterr().out) == {
        "sent": "Write to Jane Doe.",
        "seen_by_provider": SEEN,
        "received": "Write to Jane Doe.",
        "leaked": [],
        "ok": True,
    }


@pytest.mark.parametrize(("shown", "said"), [(LEAKED, "the provider saw Jane Doe"), (TORN, "is not what")])
def test_a_failure_is_said_and_counted(
    shown: Shown, said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    code = shown_as(shown, monkeypatch, as_json=False)

    assert code == 1
    assert said in capsys.readouterr().out


def test_text_shows_each_side(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    shown_as(GOOD, monkeypatch, as_json=False)
    out = capsys.readouterr().out

    assert out.index("Jane Doe") < out.index("PERSON_K7Q2MXA4") < out.rindex("Jane Doe")
    assert "\x1b" not in out


def test_a_daemon_that_does_not_start_is_told_as_a_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail() -> Shown:
        raise ConnectionError("no route")

    monkeypatch.setattr(demo, "demonstrate", fail)

    assert run(as_json=True) == 1
    assert capsys.readouterr().err == "maskwire demo: no route\n"


def test_the_prompt_holds_every_value() -> None:
    assert leaks(VALUES, PROMPT.encode()) == list(VALUES)
