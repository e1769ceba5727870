import json

import pytest

from maskwire.errors import BlockedError, Reason
from maskwire.mitm.refuse import place_of, readable, refusal_of, unreachable
from maskwire.wire.formats import surface_of

VALUE = "ada@example.org"


@pytest.mark.parametrize(
    ("host", "path", "shape"),
    [
        ("api.openai.com", "/v1/chat/completions", {"error"}),
        ("api.anthropic.com", "/v1/messages", {"type", "error", "request_id"}),
    ],
)
def test_a_refusal_has_the_shape_of_its_provider(host: str, path: str, shape: set[str]) -> None:
    refusal = refusal_of(surface_of("POST", host, path), BlockedError(Reason.POLICY_BLOCKED, "why"))

    assert refusal.status == 400
    assert set(json.loads(refusal.body)) == shape
    assert ("x-should-retry", "false") in refusal.headers


def test_without_a_surface_it_has_the_shape_of_most() -> None:
    refusal = refusal_of(None, BlockedError(Reason.HOST_MISMATCH, "why"))

    assert refusal.status == 400
    assert "why" in json.loads(refusal.body)["error"]["message"]


def test_an_upgrade_is_answered_with_the_status_that_makes_clients_fall_back() -> None:
    assert refusal_of(None, BlockedError(Reason.UPGRADE_UNSUPPORTED, "why")).status == 426


def test_a_page_of_another_origin_may_read_why() -> None:
    refusal = refusal_of(None, BlockedError(Reason.POLICY_BLOCKED, "why"))
    shown = readable(refusal, "https://chat.example")

    assert shown.body == refusal.body
    assert [pair for pair in shown.headers if pair not in refusal.headers] == [
        ("access-control-allow-origin", "https://chat.example"),
        ("vary", "origin"),
    ]


def test_a_program_is_told_nothing_of_origins() -> None:
    refusal = refusal_of(None, BlockedError(Reason.POLICY_BLOCKED, "why"))

    assert readable(refusal, "") is refusal


@pytest.mark.parametrize(
    ("message", "shown"),
    [
        ("Certificate verify failed: unable to get local issuer certificate", True),
        (f"unexpected server response: {VALUE}", False),
        ("", False),
    ],
)
def test_a_failed_connection_shows_nothing_but_what_is_said_of_certificates(message: str, shown: bool) -> None:
    refusal = unreachable('api"openai', message)

    found = json.loads(refusal.body)["error"]["message"]
    assert refusal.status == 502
    assert (message in found and bool(message)) is shown
    assert VALUE not in found


def test_an_error_is_told_by_type_and_place_alone() -> None:
    with pytest.raises(ValueError, match=VALUE) as caught:
        int(VALUE)

    assert place_of(caught.value).startswith("ValueError at test_an_error_is_told_by_type_and_place_alone:")
    assert place_of(RuntimeError(VALUE)) == "RuntimeError"
