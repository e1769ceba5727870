"""The examples of docs/api.md, sent to a running daemon as they stand there."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from maskwire_client.discovery import read_runtime
from tests.e2e.lab import Home, running_daemon

PAGE = Path(__file__).parents[2] / "docs" / "api.md"
EXAMPLE = re.compile(r"```http\n([A-Z]+) (\S+)\n(.*?)```\n\n```json\n(.*?)```", re.DOTALL)
PYTHON = re.compile(r"```python\n(.*?)```", re.DOTALL)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    home = Home.at(tmp_path_factory.mktemp("api"))
    with running_daemon(home):
        yield home


@pytest.fixture(scope="module")
def api(home: Home) -> Iterator[httpx2.Client]:
    runtime = read_runtime(home.environment)
    headers = {"authorization": f"Bearer {runtime.token}", "content-type": "application/json"}
    with httpx2.Client(base_url=runtime.api, headers=headers, trust_env=False, timeout=60) as client:
        yield client


def shape(found: Any) -> Any:
    """Return what must be as on the page: names and types, not this vault's tokens and times."""
    if isinstance(found, dict):
        return {name: shape(held) for name, held in found.items()}
    if isinstance(found, list):
        return [shape(held) for held in found]
    return type(found).__name__


def test_every_example_answers_as_the_page_says(api: httpx2.Client) -> None:
    examples = EXAMPLE.findall(PAGE.read_text(encoding="utf-8"))
    session = ""

    assert len(examples) >= 10
    for method, path, body, answer in examples:
        sent = api.request(method, path.replace("{session}", session), content=body.strip().encode())
        assert shape(sent.json()) == shape(json.loads(answer)), f"{method} {path}"
        session = sent.json().get("session", session)


def test_what_the_page_masks_and_restores_is_so(api: httpx2.Client) -> None:
    text = "Write to jane.doe@northwind-mail.com"
    masked = api.post("/v1/mask", json={"texts": [text]}).json()["texts"]
    token = masked[0].removeprefix("Write to ")

    assert "northwind" not in masked[0]
    assert api.post("/v1/restore", json={"texts": masked}).json()["texts"] == [text]
    assert api.post("/v1/detokenize", json={"texts": [token]}).json() == {"values": ["jane.doe@northwind-mail.com"]}


def test_a_session_is_apart_from_the_vault_and_ends(api: httpx2.Client) -> None:
    text = "Write to jane.doe@northwind-mail.com"
    session = api.post("/v1/sessions", json={}).json()["session"]
    masked = api.post(f"/v1/sessions/{session}/mask", json={"texts": [text]}).json()["texts"]

    assert masked != api.post("/v1/mask", json={"texts": [text]}).json()["texts"]
    assert api.post("/v1/restore", json={"texts": masked}).json()["texts"] == masked
    assert api.post(f"/v1/sessions/{session}/restore", json={"texts": masked}).json()["texts"] == [text]
    assert api.delete(f"/v1/sessions/{session}").status_code == 200
    assert api.post(f"/v1/sessions/{session}/restore", json={"texts": masked}).status_code == 404


def test_the_python_example_runs(home: Home) -> None:
    [example] = PYTHON.findall(PAGE.read_text(encoding="utf-8"))
    ran = subprocess.run(
        [sys.executable, "-c", example], env=home.environment, capture_output=True, text=True, check=False
    )

    assert ran.stdout == "Write to jane.doe@northwind-mail.com\n", ran.stderr


def test_the_description_names_every_call_and_its_body(api: httpx2.Client) -> None:
    described = api.get("/v1/openapi.json").json()

    assert described["openapi"].startswith("3.1")
    assert {"/v1/mask", "/v1/sessions/{id}/mask", "/v1/hosts/{host}", "/v1/capture", "/v1/openapi.json"} <= set(
        described["paths"]
    ) | {"/v1/openapi.json"}
    for path, calls in described["paths"].items():
        for method, call in calls.items():
            assert call["summary"], f"{method} {path}"
    assert "texts" in str(described["paths"]["/v1/mask"]["post"]["requestBody"])
