"""Clients that are told no proxy and no authority, only another base URL: the whole conversation all the same."""

import sys
from pathlib import Path

import pytest

from maskwire_daemon.standin.server import StandIn
from tests.e2e.clients.conversation import as_json
from tests.e2e.clients.node_programs import installed
from tests.e2e.clients.trial import Client, assert_protected, python_client
from tests.e2e.lab import Daemon
from tests.e2e.test_capture_base_urls import base, listening

__all__ = ["base", "listening"]

TOLD = {
    "openai_chat": {"OPENAI_API_KEY": "sk-test", "OPENAI_BASE_URL": "{base}/openai/v1"},
    "anthropic_messages": {"ANTHROPIC_API_KEY": "sk-ant-test", "ANTHROPIC_BASE_URL": "{base}/anthropic"},
    "genai_generate": {"GEMINI_API_KEY": "AIza-test", "GOOGLE_GEMINI_BASE_URL": "{base}/gemini"},
    "cohere_chat": {"CO_API_KEY": "test", "CO_API_URL": "{base}/cohere"},
    "ollama_chat": {"OLLAMA_API_KEY": "test", "OLLAMA_HOST": "{base}/ollama.com"},
    "openai": {"OPENAI_API_KEY": "sk-test", "OPENAI_BASE_URL": "{base}/openai/v1"},
    "anthropic": {"ANTHROPIC_API_KEY": "sk-ant-test", "ANTHROPIC_BASE_URL": "{base}/anthropic"},
    "genai": {"GEMINI_API_KEY": "AIza-test", "GOOGLE_GEMINI_BASE_URL": "{base}/gemini"},
}
"""The variables in which each client looks for its address; the last three run in Node."""


def told(name: str, base: str) -> dict[str, str]:
    return {variable: value.format(base=base) for variable, value in TOLD[name].items()}


@pytest.mark.parametrize("name", [name for name in TOLD if "_" in name])
def test_a_python_client_is_protected_by_its_base_url(
    listening: Daemon, calling: StandIn, base: str, name: str
) -> None:
    if name == "genai_generate" and sys.version_info < (3, 13):
        pytest.skip("google-genai needs Python 3.13, as pyproject.toml says")
    calling.forget()

    assert_protected(listening, calling, Client(python_client(name), told(name, base), alone=True))


@pytest.mark.parametrize("name", [name for name in TOLD if "_" not in name])
def test_a_node_client_is_protected_by_its_base_url(
    listening: Daemon, calling: StandIn, base: str, tmp_path: Path, name: str
) -> None:
    conversation = tmp_path / "conversation.json"
    conversation.write_text(as_json(), encoding="utf-8")
    calling.forget()

    command = installed().command(name, str(conversation))
    assert_protected(listening, calling, Client(command, told(name, base), alone=True))
