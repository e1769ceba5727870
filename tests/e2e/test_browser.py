"""A page in Chromium that asks a provider by ``fetch`` and reads the stream: HTTP/2, preflight first, our authority."""

import json
from pathlib import Path

from maskwire_daemon.standin.leaks import leaks
from maskwire_daemon.standin.provider import Behaviour
from maskwire_daemon.standin.reply import Manner
from tests.e2e.clients.browser import visit
from tests.e2e.clients.conversation import REQUESTS, as_json
from tests.e2e.clients.trial import assert_nothing_arrived, assert_restored
from tests.e2e.http2 import Http2StandIn
from tests.e2e.lab import Daemon
from tests.e2e.planted import BLOCKED


def test_a_page_talks_and_calls_tools_without_showing_a_value(
    shared: Daemon, http2: Http2StandIn, tmp_path: Path
) -> None:
    http2.provider.behaviour = Behaviour(Manner.TOOL)
    told = visit(shared, as_json(), tmp_path)

    assert "error" not in told, told["error"]
    assert_restored(told)
    assert_nothing_arrived(http2, 2 * REQUESTS)
    assert http2.provider.calls[0].method == "OPTIONS"
    assert set(http2.versions) == {"2"}


def test_a_page_reads_why_it_was_refused(shared: Daemon, http2: Http2StandIn, tmp_path: Path) -> None:
    refused = {"model": "m", "messages": [{"role": "user", "content": f"Send it to {BLOCKED}"}]}
    told = visit(shared, json.dumps({"refused": refused}), tmp_path)

    assert "400" in told["refusal"]
    assert "maskwire" in told["refusal"]
    assert [call for call in http2.provider.calls if call.method == "POST"] == []
    assert leaks([BLOCKED], json.dumps(told).encode()) == []
