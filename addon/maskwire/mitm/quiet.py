"""mitmproxy's log records can quote raw bytes of traffic: none of them is formatted or passed on."""

import logging

log = logging.getLogger(__name__)

ENGINE = "mitmproxy"
"""The logger above all of mitmproxy's."""


class PlaceOnly(logging.Handler):
    """Turns an error record into its place and type, which hold nothing of anybody's text."""

    def emit(self, record: logging.LogRecord) -> None:
        """Report where the engine failed; everything below an error is dropped."""
        if record.levelno >= logging.ERROR:
            kind = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else "error"
            log.error("engine error", extra={"error": f"{kind} at {record.module}:{record.lineno}"})


def quiet() -> None:
    """Cut mitmproxy's loggers off, also those that it hung onto the root logger. Safe to call again."""
    engine = logging.getLogger(ENGINE)
    engine.handlers = [PlaceOnly()]
    engine.propagate = False
    engine.setLevel(logging.ERROR)
    root = logging.getLogger()
    for handler in [h for h in root.handlers if type(h).__module__.startswith(f"{ENGINE}.")]:
        root.removeHandler(handler)
