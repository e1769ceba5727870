"""What was well-formed stays so when its values are masked: code parses, documents keep their structure."""

import ast
import csv
import importlib.util
import io
import json
import sqlite3
import subprocess
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml  # type: ignore[import-untyped]

from maskwire.detect.fragment import Fragment
from maskwire.detect.names import load_names
from maskwire.detect.pipeline import Pipeline
from maskwire.detect.rules import default_rules
from maskwire.masker import edits, plan
from maskwire.policy import Action
from maskwire.wire.document import Field
from tests.fakes.vault import FakeVault

VALUES = {
    "email": "jane.o'neil@acme-corp.org",
    "phone": "+44 20 7946 1234",
    "card": "4111 1111 1111 1111",
    "iban": "DE89 3704 0044 0532 0130 00",
    "ip": "93.184.216.34",
    "password": "Wint3r#9!x",
    "api_key": "sk_live_4eC39HqLyjWDarjtT1zdp7dc",
    "ssn": "514-73-4441",
    "address": "12 Oak Street, Springfield, IL 62704",
    "birth_date": "1971-03-02",
    "full_name": "Henrietta Whitlock",
}
"""One of each kind, some with marks that mean something to a format."""

MODULES = (
    "argparse", "ast", "base64", "calendar", "configparser", "csv", "dataclasses", "datetime", "difflib", "doctest",
    "email.utils", "fractions", "getpass", "http.client", "imaplib", "ipaddress", "json.decoder", "mailbox", "netrc",
    "smtplib", "ssl", "textwrap", "tomllib._parser", "urllib.request", "uuid",
)  # fmt: skip
"""Modules that speak of mail, passwords, addresses and numbers, and hold no values."""


@pytest.fixture(scope="module")
def mask() -> Callable[[str], str]:
    """Return the whole pipeline, names included, as a function that masks a text."""
    pipeline = Pipeline(default_rules(), load_names())
    vault = FakeVault()

    def masked(text: str) -> str:
        field = Field(text, "$")
        spans = pipeline.find([Fragment(text)])
        planned = plan([field], spans, lambda entity, score: Action.MASK, lambda token: False)
        for edit in reversed(edits(planned, vault.tokenize(planned.findings)).get(0, [])):
            text = text[: edit.start] + edit.text + text[edit.end :]
        return text

    return masked


def test_the_values_are_hidden(mask: Callable[[str], str]) -> None:
    text = mask("\n".join(f"{name}: {value}" for name, value in VALUES.items()))

    assert [name for name, value in VALUES.items() if value in text] == []


@pytest.mark.parametrize("module", MODULES)
def test_real_code_parses_with_values_planted(module: str, mask: Callable[[str], str]) -> None:
    spec = importlib.util.find_spec(module)
    assert spec is not None
    assert spec.origin is not None
    code = Path(spec.origin).read_text(encoding="utf-8")
    planted = "\n".join(f"{name.upper()} = {value!r}  # {value}" for name, value in VALUES.items())
    text = mask(f"{code}\n{planted}\ncall({', '.join(f'{name}={value!r}' for name, value in VALUES.items())})\n")
    tree = ast.parse(text)

    assert [name for name, value in VALUES.items() if value in text] == []
    assert {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.ClassDef)} == {
        node.name for node in ast.walk(ast.parse(code)) if isinstance(node, ast.FunctionDef | ast.ClassDef)
    }


@pytest.mark.parametrize("indent", [None, 2])
def test_json_keeps_its_keys_and_other_values(indent: int | None, mask: Callable[[str], str]) -> None:
    whole = {"id": 7, "ok": True, "none": None, "rows": [VALUES, {"n": 1.5}], **VALUES}
    found = json.loads(mask(json.dumps(whole, indent=indent)))

    assert list(found) == list(whole)
    assert (found["id"], found["ok"], found["none"], found["rows"][1]) == (7, True, None, {"n": 1.5})
    assert list(found["rows"][0]) == list(VALUES)


def test_json_escapes_survive(mask: Callable[[str], str]) -> None:
    text = json.dumps({"note": f'say "{VALUES["email"]}"\n\t{VALUES["card"]}\\', "name": "Zoë Ångström"})

    assert set(json.loads(mask(text))) == {"note", "name"}


def test_yaml_keeps_its_keys(mask: Callable[[str], str]) -> None:
    text = yaml.safe_dump({"people": [VALUES, {"port": 8080}], "on": False}, sort_keys=False)
    found = yaml.safe_load(mask(text))

    assert list(found["people"][0]) == list(VALUES)
    assert (found["people"][1], found["on"]) == ({"port": 8080}, False)


def test_toml_keeps_its_keys(mask: Callable[[str], str]) -> None:
    text = "\n".join(f"{name} = {json.dumps(value)}" for name, value in VALUES.items()) + "\n[table]\nport = 8080\n"
    found = tomllib.loads(mask(text))

    assert list(found) == [*VALUES, "table"]
    assert found["table"] == {"port": 8080}


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_keeps_its_columns(delimiter: str, mask: Callable[[str], str]) -> None:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\n")
    writer.writerows([["id", *VALUES], [1, *VALUES.values()], [2, *VALUES.values()]])
    rows = list(csv.reader(io.StringIO(mask(out.getvalue())), delimiter=delimiter))

    assert [len(row) for row in rows] == [len(VALUES) + 1] * 3
    assert rows[0] == ["id", *VALUES]
    assert [row[0] for row in rows[1:]] == ["1", "2"]


def test_sql_runs(mask: Callable[[str], str]) -> None:
    quoted = ", ".join("'" + value.replace("'", "''") + "'" for value in VALUES.values())
    columns = ", ".join(VALUES)
    text = mask(f"CREATE TABLE t (id INTEGER, {columns});\nINSERT INTO t (id, {columns}) VALUES (7, {quoted});")
    database = sqlite3.connect(":memory:")
    database.executescript(text)

    assert database.execute("SELECT id FROM t").fetchall() == [(7,)]
    database.close()


def test_a_shell_reads_the_script(mask: Callable[[str], str], tmp_path: Path) -> None:
    quote = {name: "'" + value.replace("'", "'\\''") + "'" for name, value in VALUES.items()}
    lines = [f"export {name.upper()}={value}" for name, value in quote.items()]
    lines += [f'curl -u svc:{quote["password"]} -H "X-Key: {VALUES["api_key"]}" https://{VALUES["ip"]}/x | jq .']
    lines += [f'if [ "$1" = {quote["email"]} ]; then echo {quote["full_name"]}; fi', "for i in 1 2; do echo $i; done"]
    script = tmp_path / "x.sh"
    script.write_text(mask("#!/bin/bash\n" + "\n".join(lines) + "\n"), encoding="utf-8")
    ran = subprocess.run(["bash", "-n", str(script)], capture_output=True, text=True, check=False)

    assert (ran.returncode, ran.stderr) == (0, "")


def test_a_diff_keeps_its_lines(mask: Callable[[str], str]) -> None:
    body = [f"-{name} = {value}\n+{name} = {value}" for name, value in VALUES.items()]
    text = "--- a/x.ini\n+++ b/x.ini\n@@ -1,11 +1,11 @@\n" + "\n".join(body) + "\n"
    masked = mask(text).split("\n")

    assert [line[:1] for line in masked] == [line[:1] for line in text.split("\n")]
    assert masked[:3] == text.split("\n")[:3]
