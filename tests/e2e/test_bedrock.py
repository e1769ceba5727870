"""Bedrock by ``boto3``: with a bearer key its conversations are masked, signed ones are refused with the remedy."""

from maskwire_daemon.standin.leaks import leaks
from maskwire_daemon.standin.server import StandIn
from tests.e2e.clients.conversation import PLANTED
from tests.e2e.clients.trial import Client, assert_protected, python_client
from tests.e2e.lab import Daemon

REGION = {"AWS_DEFAULT_REGION": "eu-central-1"}
BEARER = {**REGION, "AWS_BEARER_TOKEN_BEDROCK": "test"}
SIGNING = {**REGION, "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}


def test_with_a_bearer_key_it_talks_and_calls_tools_without_showing_a_value(shared: Daemon, calling: StandIn) -> None:
    assert_protected(shared, calling, Client(python_client("boto3_converse"), BEARER))

    paths = [call.path.rpartition("/")[2] for call in calling.provider.calls]
    assert paths == ["converse-stream"] * 4 + ["converse"] * 4


def test_a_signed_request_with_findings_is_refused_with_the_remedy(shared: Daemon, calling: StandIn) -> None:
    before = shared.last_event()
    ran = Client(python_client("boto3_converse"), SIGNING).run(shared.home)
    said = ran.stderr.decode(errors="replace")

    assert ran.returncode == 1
    assert "ValidationException" in said
    assert "use an API key instead of signed requests" in said
    assert leaks(PLANTED, ran.stderr + ran.stdout) == []
    assert [event.outcome for event in shared.wait_events(1, before)] == ["blocked"]
    assert calling.heard() == b""
