"""Every client meets a refusal as an error of its provider: typed, once, with the reason, and nothing leaves."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from maskwire_daemon.standin.leaks import leaks
from maskwire_daemon.standin.server import StandIn
from tests.e2e.clients.conversation import PLANTED, as_json
from tests.e2e.clients.node_programs import installed
from tests.e2e.clients.trial import Client, python_client
from tests.e2e.lab import HOSTS, Daemon, Home, running_daemon

PYTHON = {
    "mistral_chat": ({"MISTRAL_API_KEY": "test"}, "SDKError"),
    "cohere_chat": ({"CO_API_KEY": "test"}, "BadRequestError"),
    "ollama_chat": ({"OLLAMA_API_KEY": "test", "OLLAMA_HOST": "https://ollama.com"}, "ResponseError"),
    "boto3_converse": (
        {"AWS_BEARER_TOKEN_BEDROCK": "test", "AWS_DEFAULT_REGION": "eu-central-1"},
        "ValidationException",
    ),
}
NODE = {
    "openai": ({"OPENAI_API_KEY": "sk-test"}, "BadRequestError"),
    "responses": ({"OPENAI_API_KEY": "sk-test"}, "BadRequestError"),
    "anthropic": ({"ANTHROPIC_API_KEY": "sk-ant-test"}, "BadRequestError"),
    "genai": ({"GEMINI_API_KEY": "AIza-test"}, "ApiError"),
}
"""What each client asks with, and the error that it raises; Python's other three are asked in their own tests."""


@pytest.fixture(scope="module")
def refusing(provider: StandIn, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Daemon]:
    """A daemon that refuses every request to the hosts that the stand-in plays."""
    home = Home.at(tmp_path_factory.mktemp("refusing"))
    blocked = "".join(f'[hosts."{host}"]\nmode = "block"\n' for host in HOSTS)
    home.configure(dict.fromkeys(HOSTS, provider), blocked)
    with running_daemon(home) as daemon:
        yield daemon


def assert_refused(daemon: Daemon, stand_in: StandIn, client: Client, error: str) -> None:
    """Let ``client`` ask; it must end with ``error`` after one try that reached nobody."""
    before = daemon.last_event()
    ran = client.run(daemon.home)
    said = ran.stderr.decode(errors="replace")

    assert ran.returncode == 1
    assert error in said
    assert "maskwire blocked this request" in said
    assert [event.outcome for event in daemon.wait_events(1, before)] == ["blocked"]
    assert leaks(PLANTED, ran.stdout) == []
    assert stand_in.heard() == b""


@pytest.mark.parametrize("name", PYTHON)
def test_a_python_client_raises_its_own_error_once(refusing: Daemon, stand_in: StandIn, name: str) -> None:
    environment, error = PYTHON[name]

    assert_refused(refusing, stand_in, Client(python_client(name), environment), error)


@pytest.mark.parametrize("name", NODE)
def test_a_node_client_raises_its_own_error_once(
    refusing: Daemon, stand_in: StandIn, tmp_path: Path, name: str
) -> None:
    environment, error = NODE[name]
    conversation = tmp_path / "conversation.json"
    conversation.write_text(as_json(), encoding="utf-8")

    assert_refused(refusing, stand_in, Client(installed().command(name, str(conversation)), environment), error)


def test_litellm_raises_its_own_error(refusing: Daemon, stand_in: StandIn) -> None:
    client = Client(
        python_client("litellm_completion", "groq/llama-3.3-70b-versatile"),
        {"GROQ_API_KEY": "test", "LITELLM_LOCAL_MODEL_COST_MAP": "True"},
    )

    assert_refused(refusing, stand_in, client, "BadRequestError")
