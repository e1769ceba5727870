import logging
from collections.abc import Iterator

import pytest

from maskwire.mitm.quiet import ENGINE, PlaceOnly, quiet

VALUE = "ada@example.org"


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    """Other tests expect mitmproxy's logger as they found it."""
    engine = logging.getLogger(ENGINE)
    before = engine.handlers, engine.propagate, engine.level
    yield
    engine.handlers, engine.propagate, engine.level = before


def test_nothing_that_mitmproxy_says_is_passed_on(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    quiet()
    engine = logging.getLogger("mitmproxy.proxy.server")
    for level in (logging.DEBUG, logging.INFO, logging.WARNING, logging.ERROR, logging.CRITICAL):
        engine.log(level, "Unexpected data from server: %r", VALUE)

    assert VALUE not in caplog.text
    assert [r.getMessage() for r in caplog.records] == ["engine error", "engine error"]


def test_an_error_shows_its_type_and_place_alone(caplog: pytest.LogCaptureFixture) -> None:
    quiet()
    try:
        {"a": 1}[VALUE]
    except KeyError:
        logging.getLogger("mitmproxy.addonmanager").exception("Addon error: %s", VALUE)

    (record,) = caplog.records
    assert vars(record)["error"].startswith("KeyError at test_quiet:")
    assert record.exc_info is None


def test_its_handlers_are_taken_off_the_root_logger() -> None:
    class Foreign(logging.NullHandler):
        __module__ = "mitmproxy.log"

    root = logging.getLogger()
    foreign, own = Foreign(), logging.NullHandler()
    root.addHandler(foreign)
    root.addHandler(own)
    try:
        quiet()

        assert foreign not in root.handlers
        assert own in root.handlers
        assert [type(h) for h in logging.getLogger(ENGINE).handlers] == [PlaceOnly]
    finally:
        root.removeHandler(own)
