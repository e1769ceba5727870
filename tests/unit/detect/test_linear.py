"""No text makes the whole set of rules slow: twice as much of the same costs twice as much work."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

import pytest

from maskwire.detect.fragment import Fragment
from maskwire.detect.rules import default_rules
from maskwire.detect.tables import FEW_ROWS, HEADERS, Tables

RULES = default_rules()

UNITS = {
    "address": "at 12 Oak Street, Springfield, IL 62704 today\n",
    "at signs": "a@",
    "base64": "TWFuIGlzIGRpc3Rpbmd1aXNoZWQsIG5vdCBvbmx5IGJ5IGhpcyByZWFzb24=\n",
    "base64, one line": "TWFuIGlzIGRpc3Rpbmd1aXNoZWQsIG5vdCBvbmx5IGJ5",
    "basic": "Authorization: Basic dXNlcjpwYXNzd29yZA==\n",
    "brackets": "[({",
    "breaks": "\n",
    "broken values": "4111\n",
    "chinese": "身份证号码11010519491231002X，",
    "code": "    def find(self, text: str) -> list[Span]: return self._scan(text, label=key)\n",
    "column names": "name,email,phone,city,password\n",
    "column names, mixed": "a,b\tc;d|e\n",
    "column names, tabs": "name\tpassword\n",
    "commas": ",",
    "csv": "31,Jane Doe,jane.doe@acme-mail.org,+44 20 7946 1234,pro\n",
    "dates": "born 1980-02-03, ",
    "digits": "1234567890",
    "digit groups": "4111 1111 ",
    "empty cells": ",,,,\n",
    "entities": "&#64;",
    "escapes": "%41%42\\u0041",
    "escaped json": '{\\"password\\": \\"hunt2er!\\"}\\n',
    "form": "passport\nL898902C3\n",
    "iban": "DE89 3704 0044 0532 0130 00 ",
    "insert": "INSERT INTO users (name, password) VALUES ('jane', 'hunter2x');\n",
    "insert in insert": "INSERT INTO u (password) VALUES ('a'),\n",
    "ip": "8.8.4.4 2001:4860:4860::8888 ",
    "json": '{"user": {"email": "jane@acme-mail.org", "password": "hunter2!x", "id": 31}},\n',
    "keys": "password=\n",
    "look-alikes": "p\u0430ssword: hunt\u0435r2x9\n",
    "markdown": "| name | password |\n|---|---|\n",
    "name": "Mrs. Jane Doe and Dr. John Smith met Anna Kowalska\n",
    "one column": "password\n",
    "pem header": "-----BEGIN RSA PRIVATE KEY-----\n",
    "pem header, one line": "-----BEGIN RSA PRIVATE KEY-----",
    "phones": "+44 20 7946 1234 ",
    "putty header": "PuTTY-User-Key-File-3: a\n",
    "quotes": '"',
    "quotes, open": '"a,b\n',
    "quotes, doubled": 'a,"""\n',
    "rulers": "password,b\nc,d\n---\n",
    "spaced out": "4 1 1 1 ",
    "spelled out": "four one one one two three four five\n",
    "url": "postgres://user:pass@host:5432/db ",
    "urls, cut": "://a:",
    "yaml": "- password:\n    ",
    "zero width": "jane\u200b.doe@north\u200bwind-mail.com\n",
}


def text_of(unit: str, size: int) -> str:
    return (unit * (size // len(unit) + 1))[:size]


@contextmanager
def counted_calls() -> Iterator[list[int]]:
    """Count the calls of functions, Python's and C's, until the block ends."""
    calls = [0]

    def seen(frame: FrameType, event: str, argument: Any) -> None:
        calls[0] += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(seen)
    try:
        yield calls
    finally:
        sys.setprofile(before)


@pytest.mark.parametrize("unit", UNITS.values(), ids=UNITS)
def test_four_times_the_text_costs_four_times_the_calls(unit: str) -> None:
    def cost(size: int) -> int:
        with counted_calls() as calls:
            RULES.find(Fragment(text_of(unit, size)))
        return calls[0]

    cost(1_000)

    assert cost(4_000) <= 6 * cost(1_000) + 500


@pytest.mark.nightly
@pytest.mark.timeout(900)
@pytest.mark.parametrize("unit", UNITS.values(), ids=UNITS)
def test_four_times_the_text_costs_four_times_the_time(unit: str) -> None:
    def cost(size: int) -> float:
        text = text_of(unit, size)
        start = time.process_time()
        RULES.find(Fragment(text))
        return time.process_time() - start

    assert cost(1 << 20) <= 6 * cost(1 << 18) + 0.5


def numbered(line: str) -> str:
    return "".join(line.format(i) for i in range(400))


@pytest.mark.parametrize("line", ["street {}, city {}, state\n", "name_{}\n", "{0} name; phone {0}\n", "id\tmail {}\n"])
def test_a_row_below_many_possible_headers_is_read_a_few_times(line: str) -> None:
    text = numbered(line.replace("{}", "{0}"))
    tables = Tables(text)
    at, read = 0, 0
    while (end := text.find("\n", at)) >= 0:
        read += sum(1 for _ in tables.cells(at, end))
        at = end + 1
    cells = 400 * (line.count(",") + line.count(";") + line.count("\t") + 1)

    assert 0 < read <= (HEADERS + FEW_ROWS) * cells


def test_a_title_with_a_comma_does_not_hide_the_header_below_it() -> None:
    text = "Customers, Berlin\nlogin, password\nanna, Zeppelin-2026\nbert, Ozeanblau77\n"

    found = {text[s.start : s.end] for s in RULES.find(Fragment(text)) if s.entity == "PASSWORD"}

    assert {"Zeppelin-2026", "Ozeanblau77"} <= found


def test_each_label_of_a_long_form_names_the_line_below_it() -> None:
    forms = [f"password\nZeppelin-{i}x\nlogin\nanna{i}\ncity\nBerlin\nphone\nnone\n" for i in range(40)]
    text = "".join(forms)

    found = {text[s.start : s.end] for s in RULES.find(Fragment(text)) if s.entity == "PASSWORD"}

    assert {f"Zeppelin-{i}x" for i in range(40)} <= found
