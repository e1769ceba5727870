"""The providers' packages for Node, each a program by itself: two turns with a tool call each, streamed and whole."""

from pathlib import Path

import pytest

from maskwire_daemon.standin.server import StandIn
from tests.e2e.clients.conversation import as_json
from tests.e2e.clients.node_programs import NodePrograms, installed
from tests.e2e.clients.trial import Client, assert_protected
from tests.e2e.lab import Daemon

KEYS = {
    "openai": {"OPENAI_API_KEY": "sk-test"},
    "responses": {"OPENAI_API_KEY": "sk-test"},
    "anthropic": {"ANTHROPIC_API_KEY": "sk-ant-test"},
    "genai": {"GEMINI_API_KEY": "AIza-test"},
}
"""What each package takes from its environment to ask its provider."""


@pytest.fixture(scope="module")
def programs() -> NodePrograms:
    return installed()


@pytest.mark.parametrize("name", KEYS)
def test_a_package_talks_and_calls_tools_without_showing_a_value(
    shared: Daemon, calling: StandIn, programs: NodePrograms, tmp_path: Path, name: str
) -> None:
    conversation = tmp_path / "conversation.json"
    conversation.write_text(as_json(), encoding="utf-8")

    assert_protected(shared, calling, Client(programs.command(name, str(conversation)), KEYS[name]))
