"""Every provider's own Python SDK as a program by itself: two turns with a tool call each, streamed and whole."""

import sys

import pytest

from maskwire_daemon.standin.server import StandIn
from tests.e2e.clients.trial import Client, assert_protected, python_client
from tests.e2e.lab import Daemon

KEYS = {
    "openai_chat": {"OPENAI_API_KEY": "sk-test"},
    "openai_responses": {"OPENAI_API_KEY": "sk-test"},
    "anthropic_messages": {"ANTHROPIC_API_KEY": "sk-ant-test"},
    "genai_generate": {"GEMINI_API_KEY": "AIza-test"},
    "mistral_chat": {"MISTRAL_API_KEY": "test"},
    "cohere_chat": {"CO_API_KEY": "test"},
    "ollama_chat": {"OLLAMA_API_KEY": "test", "OLLAMA_HOST": "https://ollama.com"},
}
"""What each SDK takes from its environment to ask its provider."""

PRICES = {"LITELLM_LOCAL_MODEL_COST_MAP": "True"}
"""Keeps litellm from fetching its list of prices."""


@pytest.mark.parametrize("name", KEYS)
def test_an_sdk_talks_and_calls_tools_without_showing_a_value(shared: Daemon, calling: StandIn, name: str) -> None:
    if name == "genai_generate" and sys.version_info < (3, 13):
        pytest.skip("google-genai needs Python 3.13, as pyproject.toml says")

    assert_protected(shared, calling, Client(python_client(name), KEYS[name]))


@pytest.mark.parametrize(
    ("model", "key"),
    [("groq/llama-3.3-70b-versatile", "GROQ_API_KEY"), ("anthropic/claude-sonnet-5", "ANTHROPIC_API_KEY")],
)
def test_litellm_talks_in_each_providers_format(shared: Daemon, calling: StandIn, model: str, key: str) -> None:
    assert_protected(shared, calling, Client(python_client("litellm_completion", model), {key: "test", **PRICES}))
