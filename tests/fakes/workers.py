"""Processes that pretend to be a detection worker, each with one fault."""

import sys

_PRELUDE = """
import sys, os, time, signal
from maskwire.detect.fragment import Fragment
from maskwire.spans import Span
from maskwire_daemon.detection import frames
from maskwire_daemon.detection.frames import LENGTH, Answer, Hello
def read():
    head = sys.stdin.buffer.read(LENGTH.size)
    return sys.stdin.buffer.read(frames.frame_length(head)) if len(head) == LENGTH.size else sys.exit(0)
def write(frame):
    sys.stdout.buffer.write(frame)
    sys.stdout.buffer.flush()
def answer(body):
    question = frames.decode_question(body)
    found = tuple((Span(0, 1, "PERSON", 0.9, "fake"),) for _ in question.fragments)
    write(frames.encode_answer(Answer(question.id, found)))
read()
"""

_GREETED = _PRELUDE + "write(frames.encode_hello(Hello(0.1)))\n"

SOUND = _GREETED + "while True: answer(read())\n"
"""Finds a person in the first character of every text."""

SLOW_START = _PRELUDE + "time.sleep(0.5)\nwrite(frames.encode_hello(Hello(0.5)))\nwhile True: answer(read())\n"
SILENT = _PRELUDE + "time.sleep(60)\n"
UNABLE = _PRELUDE + "write(frames.encode_hello(Hello(problem='no model is installed')))\n"
STILLBORN = "raise SystemExit(3)\n"
HANGS = _GREETED + "read()\ntime.sleep(60)\n"
DIES = _GREETED + "read()\nos.kill(os.getpid(), signal.SIGKILL)\n"
GARBAGE = (
    _GREETED
    + "read()\nsys.stdout.buffer.write(b'\\x00\\x00\\x00\\x20' + b'secret text' * 9)\n"
    + "sys.stdout.flush()\ntime.sleep(60)\n"
)
OUT_OF_RANGE = _GREETED + (
    "q = frames.decode_question(read())\n"
    "write(frames.encode_answer(Answer(q.id, ((Span(0, 999, 'PERSON', 0.9, 'fake'),),))))\ntime.sleep(60)\n"
)
FAILS = _GREETED + (
    "while True:\n    q = frames.decode_question(read())\n"
    "    write(frames.encode_answer(Answer(q.id, error='RuntimeError')))\n"
)
DIES_ONCE = _GREETED + (
    "body = read()\n"
    "if not os.path.exists(sys.argv[1]):\n    open(sys.argv[1], 'w').close()\n    os._exit(1)\n"
    "answer(body)\nwhile True: answer(read())\n"
)
"""Dies at its first question, once: ``sys.argv[1]`` is the file that remembers."""

TELLS_ENVIRONMENT = _GREETED + (
    "q = frames.decode_question(read())\n"
    "leaked = 'Leaked' if 'SECRET_OF_MINE' in os.environ else ''\n"
    "write(frames.encode_answer(Answer(q.id, tuple(() for _ in q.fragments), leaked)))\n"
    "time.sleep(60)\n"
)


def command(script: str, *arguments: str) -> tuple[str, ...]:
    """Return the command that runs ``script`` in place of the worker."""
    return (sys.executable, "-c", script, *arguments)
