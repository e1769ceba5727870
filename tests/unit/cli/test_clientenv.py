"""A program gets every variable it may read, keeps its own exceptions, and no provider slips past through them."""

from pathlib import Path

import pytest

from maskwire_daemon.platform.clientenv import (
    PROXY_VARIABLES,
    TRUST_VARIABLES,
    Route,
    direct_hosts,
    exempted,
    variables,
)
from maskwire_daemon.platform.coverage import node_honours_proxy, runtime, uncovered

KNOWN = ("api.openai.com", "*.openai.azure.com")
ROUTE = Route("http://127.0.0.1:8877", "/home/jo/bundle.pem")


def test_every_runtime_gets_its_variables() -> None:
    found = variables(ROUTE, {}, KNOWN)

    assert {"HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "NO_PROXY", "SSL_CERT_FILE"} <= set(found)
    assert {"REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "GIT_SSL_CAINFO", "NODE_EXTRA_CA_CERTS"} <= set(found)
    assert {"CODEX_CA_CERTIFICATE", "AWS_CA_BUNDLE", "GRPC_DEFAULT_SSL_ROOTS_FILE_PATH"} <= set(found)
    assert found["NODE_USE_ENV_PROXY"] == "1"
    assert {found[name] for name in PROXY_VARIABLES} == {"http://127.0.0.1:8877"}
    assert {found[name] for name in TRUST_VARIABLES} == {"/home/jo/bundle.pem"}
    assert "JAVA_TOOL_OPTIONS" not in found


def test_java_gets_options_beside_its_own() -> None:
    route = Route("http://127.0.0.1:8877", "b.pem", "/Users/jo/Application Support/b.p12")
    found = variables(route, {"JAVA_TOOL_OPTIONS": "-Xmx1g"}, KNOWN)["JAVA_TOOL_OPTIONS"]

    assert found.startswith("-Xmx1g -Dhttps.proxyHost=127.0.0.1 -Dhttps.proxyPort=8877 -Dhttp.proxyHost=")
    assert '-Djavax.net.ssl.trustStore="/Users/jo/Application Support/b.p12"' in found


def test_own_exceptions_stay_and_local_hosts_are_direct() -> None:
    found = direct_hosts({"NO_PROXY": "corp.example, .internal", "no_proxy": "localhost,10.0.0.0/8"}, KNOWN)

    assert found == ["localhost", "127.0.0.1", "::1", "corp.example", ".internal", "10.0.0.0/8"]


@pytest.mark.parametrize(
    "entry",
    ["*", "api.openai.com", "API.openai.com", ".openai.com", "openai.com", "*.openai.com", "api.openai.com:443",
     "corp.openai.azure.com", "azure.com", "com"],
)  # fmt: skip
def test_an_exception_for_a_provider_is_left_out_and_named(entry: str) -> None:
    environ = {"NO_PROXY": f"corp.example,{entry}"}

    assert direct_hosts(environ, KNOWN) == ["localhost", "127.0.0.1", "::1", "corp.example"]
    assert exempted(environ, KNOWN) == [entry]


@pytest.mark.parametrize("entry", ["openai.company", "xapi.openai.com.evil", "notopenai.com"])
def test_a_lookalike_exception_is_the_persons_own(entry: str) -> None:
    assert exempted({"NO_PROXY": entry}, KNOWN) == []


@pytest.mark.parametrize(
    ("version", "covered"),
    [((24, 0, 0), True), ((25, 1, 0), True), ((22, 21, 0), True), ((22, 20, 0), False), ((20, 19, 0), False),
     ((23, 5, 0), False), ((), True)],
)  # fmt: skip
def test_old_nodes_are_known(version: tuple[int, ...], covered: bool) -> None:
    assert node_honours_proxy(version) == covered


def test_a_node_named_by_its_path_is_asked_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for folder, version in (("old", "v20.19.0"), ("new", "v24.9.0")):
        node = tmp_path / folder / "node"
        node.parent.mkdir()
        node.write_text(f"#!/bin/sh\necho {version}\n")
        node.chmod(0o700)
    monkeypatch.setenv("PATH", str(tmp_path / "new"))

    assert "Node 20.19.0" in uncovered([str(tmp_path / "old" / "node"), "x.mjs"], java=False)
    assert uncovered([str(tmp_path / "new" / "node"), "x.mjs"], java=False) == ""
    assert uncovered(["node", "x.mjs"], java=False) == ""


@pytest.mark.parametrize(("name", "covered"), [("codex", True), ("my-tool", False)])
def test_an_agent_that_reads_the_variables_itself_is_not_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, covered: bool
) -> None:
    for path, line in ((tmp_path / "node", "#!/bin/sh\necho v20.19.0"), (tmp_path / name, "#!/usr/bin/env node")):
        path.write_text(line + "\n")
        path.chmod(0o700)
    monkeypatch.setenv("PATH", str(tmp_path))

    assert (uncovered([name, "exec"], java=False) == "") == covered


def test_java_is_named_unless_its_options_are_set() -> None:
    assert "--java" in uncovered(["/usr/bin/java", "-jar", "x.jar"], java=False)
    assert uncovered(["/usr/bin/java", "-jar", "x.jar"], java=True) == ""
    assert uncovered(["curl", "https://api.openai.com"], java=False) == ""


@pytest.mark.parametrize(
    ("first", "name"),
    [
        ("#!/usr/bin/env node", "node"),
        ("#!/usr/bin/env -S node --flag", "node"),
        ("#!/bin/sh", "sh"),
        ("\x7fELF", None),
    ],
)
def test_a_script_is_known_by_its_first_line(tmp_path: object, first: str, name: str | None) -> None:

    script = Path(str(tmp_path)) / "tool"
    script.write_text(first + "\n")
    script.chmod(0o700)

    assert runtime(str(script)) == (name or "tool")
