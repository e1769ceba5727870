"""Logging that cannot hold a value: an event's name and counted fields, by allowlist. IO: stderr or a file.

Our own records show their constant message and the fields of ``FIELDS``. Records of other packages show only
where they come from: their text may hold bytes of somebody's request. Exceptions show types and places, never
their message. At ``MASKWIRE_LOG=debug`` there is more of the same.
"""

import logging
import logging.config
import os
import sys
import threading
import traceback
from collections.abc import Mapping
from types import TracebackType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sys import UnraisableHookArgs

FIELDS = (
    "host", "surface", "outcome", "reason", "status", "count", "entities", "actions", "ms", "port", "pid", "program",
    "state", "attempt", "bytes", "path", "error", "line", "key",
)  # fmt: skip
"""What a record may carry as ``extra``: words, counts and places of our own making."""

OURS = ("maskwire", "maskwire_daemon", "maskwire_client")
"""Packages whose messages are constants, which the linter checks."""


class AllowlistFormatter(logging.Formatter):
    """One line per record, made only of what is known to hold no value."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, without its end."""
        ours = record.name.partition(".")[0] in OURS
        what = record.msg if ours and isinstance(record.msg, str) and not record.args else f"line {record.lineno}"
        parts = [self.formatTime(record), record.levelname.lower(), record.name, what]
        if ours:
            parts += [f"{name}={_plain(value)}" for name in FIELDS if (value := vars(record).get(name)) is not None]
        if record.exc_info and record.exc_info[1] is not None:
            parts.append(described(record.exc_info[1]))
        return " ".join(parts)


def described(error: BaseException) -> str:
    """Return the type of an exception and the places it came through; never its message."""
    frames = traceback.extract_tb(error.__traceback__)
    places = " < ".join(f"{os.path.basename(f.filename)}:{f.lineno} {f.name}" for f in reversed(frames))  # noqa: PTH119
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    inner = list(error.exceptions) if isinstance(error, BaseExceptionGroup) else []
    more = [described(e) for e in ([cause] if cause else []) + inner]
    return " | ".join([f"{type(error).__name__} at {places or 'an unknown place'}", *more])


def _plain(value: object) -> str:
    """Return one field's text; a mapping of counts as ``a:1,b:2``."""
    if isinstance(value, Mapping):
        return ",".join(f"{k}:{v}" for k, v in sorted(value.items())) or "-"
    return str(value).replace("\n", " ")


def configure(environ: Mapping[str, str] = os.environ) -> None:
    """Route all logging of this process through the formatter above, to stderr.

    ``MASKWIRE_LOG`` is one of debug, info, warning, error; warning when unset.
    """
    level = environ.get("MASKWIRE_LOG", "warning").upper()
    if level not in ("DEBUG", "INFO", "WARNING", "ERROR"):
        level = "WARNING"
    logging.raiseExceptions = False  # its report of a failed handler shows the record's arguments
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {"allowlist": {"()": AllowlistFormatter}},
            "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "allowlist"}},
            "root": {"level": "WARNING", "handlers": ["stderr"]},
            "loggers": {name: {"level": level} for name in OURS},
        }
    )
    logging.captureWarnings(capture=True)
    sys.excepthook = _uncaught
    sys.unraisablehook = _unraisable
    threading.excepthook = _uncaught_in_thread


_log = logging.getLogger(__name__)


def _uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if not issubclass(kind, KeyboardInterrupt):
        _log.error("uncaught", exc_info=(kind, error, trace))


def _unraisable(found: "UnraisableHookArgs") -> None:
    if found.exc_value is not None:
        _log.error("unraisable", exc_info=(found.exc_type, found.exc_value, found.exc_traceback))


def _uncaught_in_thread(found: threading.ExceptHookArgs) -> None:
    if found.exc_value is not None:
        _log.error("uncaught in a thread", exc_info=(found.exc_type, found.exc_value, found.exc_traceback))
