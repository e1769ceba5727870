"""Access for other programs through the command line: given, used, seen, taken back."""

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from http.client import HTTPConnection

import pytest

from maskwire_client import Client, Refused
from maskwire_client.discovery import read_runtime
from tests.e2e.lab import Home, running_daemon


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    home = Home.at(tmp_path_factory.mktemp("access"))
    with running_daemon(home):
        yield home


def given(home: Home, *arguments: str) -> Client:
    ran = home.run("access", "add", *arguments)
    assert ran.returncode == 0, ran.stderr
    return Client(replace(read_runtime(home.environment), token=ran.stdout.strip()))


def test_a_program_masks_and_cannot_restore(home: Home) -> None:
    program = given(home, "pipeline", "--role", "operator")
    masked = program.mask(["write to jane.doe@northwind-mail.com"])

    assert "northwind" not in masked[0]
    with pytest.raises(Refused, match="no right to read values"):
        program.restore(masked)
    with pytest.raises(Refused, match="takes the role admin"):
        program.pause(5)


def test_what_it_did_is_under_its_name(home: Home) -> None:
    given(home, "helpdesk", "--role", "operator", "--restore").restore(["nothing"])

    entries = [json.loads(line) for line in home.run("events", "audit", "--json").stdout.splitlines()]
    assert {"helpdesk"} <= {entry["actor"] for entry in entries if entry["subject"] == "/v1/restore"}


def test_access_is_listed_without_the_token_and_taken_back(home: Home) -> None:
    program = given(home, "reports")
    assert program.status().state

    listed = home.run("access").stdout
    assert "reports" in listed
    assert program.runtime.token not in listed
    assert [
        t["role"] for t in json.loads(home.run("access", "list", "--json").stdout)["tokens"] if t["name"] == "reports"
    ] == ["viewer"]

    assert home.run("access", "remove", "reports").returncode == 0
    with pytest.raises(Refused):
        program.status()
    assert home.run("access", "remove", "reports").returncode == 1


@pytest.mark.parametrize("path", ["/v1/events/stream", "/live/stream"])
def test_who_follows_is_left_when_the_token_is_taken_back(home: Home, path: str) -> None:
    program = given(home, "screen")
    with closing(HTTPConnection(program.runtime.api.removeprefix("http://"), timeout=60)) as connection:
        connection.request("GET", path, headers={"authorization": f"Bearer {program.runtime.token}"})
        answer = connection.getresponse()
        first = answer.readline()
        removed = home.run("access", "remove", "screen")
        answer.read()  # to its end

    assert first in (b": follows\n", b"retry: 2000\n")
    assert removed.returncode == 0, removed.stderr


def test_refusals_without_end_take_two_entries(home: Home) -> None:
    program = given(home, "insistent")
    for _ in range(30):
        with pytest.raises(Refused):
            program.pause(5)

    entries = [json.loads(line) for line in home.run("events", "audit", "--json").stdout.splitlines()]
    assert [e["times"] for e in entries if e["actor"] == "insistent"] == [1, 29]
