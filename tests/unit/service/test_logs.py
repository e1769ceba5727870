"""No log line can hold a value, whoever writes it and however it fails."""

import io
import logging
import sys
import threading
import warnings
from collections.abc import Iterator

import pytest

from maskwire_daemon import logs
from maskwire_daemon.logs import AllowlistFormatter, described

VALUE = "hunter2"


class Handler(logging.StreamHandler[io.StringIO]):
    """Keeps what the daemon's formatter made."""

    def __init__(self) -> None:
        super().__init__(io.StringIO())
        self.setFormatter(AllowlistFormatter())

    @property
    def text(self) -> str:
        return self.stream.getvalue()


@pytest.fixture
def handler() -> Iterator[Handler]:
    made = Handler()
    for name in ("maskwire_daemon.x", "other.x"):
        logging.getLogger(name).addHandler(made)
        logging.getLogger(name).setLevel(logging.DEBUG)
    yield made
    for name in ("maskwire_daemon.x", "other.x"):
        logging.getLogger(name).removeHandler(made)


ours = logging.getLogger("maskwire_daemon.x")
other = logging.getLogger("other.x")


def test_our_events_show_their_allowed_fields(handler: Handler) -> None:
    ours.info("masked", extra={"host": "api.openai.com", "entities": {"PERSON": 2, "API_KEY": 1}, "value": VALUE})

    assert "info maskwire_daemon.x masked host=api.openai.com entities=API_KEY:1,PERSON:2\n" in handler.text
    assert VALUE not in handler.text


def test_others_show_only_where_they_are(handler: Handler) -> None:
    other.warning("sent %s", VALUE)
    other.warning(f"sent {VALUE}")
    other.error(ValueError(VALUE))

    assert VALUE not in handler.text
    assert handler.text.count("warning other.x line ") == 2


def test_our_own_arguments_are_not_printed_either(handler: Handler) -> None:
    ours.info("sent %s", VALUE)

    assert VALUE not in handler.text


def test_exceptions_show_types_and_places(handler: Handler) -> None:
    def inner() -> None:
        raise KeyError(VALUE)

    def outer() -> None:
        try:
            inner()
        except KeyError as e:
            raise RuntimeError(VALUE) from e

    try:
        outer()
    except RuntimeError:
        ours.exception("failed")

    assert "failed RuntimeError at test_logs.py:" in handler.text
    assert " outer < test_logs.py:" in handler.text
    assert "| KeyError at test_logs.py:" in handler.text
    assert VALUE not in handler.text


def test_groups_show_each_member() -> None:
    found = described(ExceptionGroup(VALUE, [ValueError(VALUE), TypeError(VALUE)]))

    assert "ValueError" in found
    assert "TypeError" in found
    assert VALUE not in found


def test_a_field_cannot_break_the_line(handler: Handler) -> None:
    ours.info("x", extra={"host": "a\nb error forged"})

    assert handler.text.count("\n") == 1


@pytest.fixture
def configured(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for owner, name in ((sys, "excepthook"), (sys, "unraisablehook"), (threading, "excepthook")):
        monkeypatch.setattr(owner, name, getattr(owner, name))
    monkeypatch.setattr(logging, "raiseExceptions", True)
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        yield
        logging.captureWarnings(capture=False)
    root.handlers[:] = before
    root.setLevel(level)


def test_all_ways_out_are_covered(configured: None, capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure({"MASKWIRE_LOG": "debug"})

    def fail() -> None:
        raise ValueError(VALUE)

    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()
    try:
        fail()
    except ValueError as e:
        sys.excepthook(type(e), e, e.__traceback__)
        logging.getLogger("maskwire_daemon.y").debug("seen", exc_info=e)
        logging.getLogger("uvicorn.error").exception("Exception in ASGI application")
        logging.getLogger("third").info(VALUE)
    logging.getLogger("third").error("%d", VALUE)
    warnings.warn(VALUE, stacklevel=1)
    said = capsys.readouterr()

    assert VALUE not in said.err + said.out
    for mark in ("uncaught in a thread ValueError at", "uncaught ValueError at", "seen ValueError at"):
        assert mark in said.err
    assert "info third" not in said.err


@pytest.mark.parametrize("level", ["", "nonsense", "trace"])
def test_an_unknown_level_is_the_quiet_one(configured: None, capsys: pytest.CaptureFixture[str], level: str) -> None:
    logs.configure({"MASKWIRE_LOG": level})
    logging.getLogger("maskwire_daemon.z").info("quiet")
    logging.getLogger("maskwire_daemon.z").warning("loud")
    said = capsys.readouterr().err

    assert "loud" in said
    assert "quiet" not in said
