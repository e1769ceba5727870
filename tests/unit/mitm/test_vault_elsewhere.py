"""A vault on another machine: what a request holds is read ahead, and a refusal says why."""

import json
from collections.abc import Sequence

import pytest

from maskwire.errors import BlockedError, Reason, VaultUnreachable
from maskwire.mitm.masking import mask
from maskwire.mitm.outgoing import Outgoing
from maskwire.mitm.services import Services
from maskwire.policy import Policy
from maskwire.vault import Finding, Token
from maskwire.wire.formats import surface_of
from tests.fakes.detector import PatternDetector
from tests.fakes.vault import FakeVault

SENTENCE = "the team's Redis at redis.example.com:6379 does not answer in time"


class Gone(FakeVault):
    """A vault that cannot be reached."""

    def tokenize(self, findings: Sequence[Finding]) -> list[Token]:
        raise VaultUnreachable(SENTENCE)


def outgoing(*texts: str) -> Outgoing:
    surface = surface_of("POST", "api.openai.com", "/v1/chat/completions")
    assert surface is not None
    messages = [{"role": "user", "content": text} for text in texts]
    body = json.dumps({"model": "gpt-5", "messages": messages}).encode()
    return Outgoing(surface, "api.openai.com", "/v1/chat/completions", body, "application/json")


async def test_a_finding_is_refused_with_the_reason() -> None:
    services = Services(PatternDetector(), Gone(), Policy, lambda _: None)

    with pytest.raises(BlockedError, match=SENTENCE) as refused:
        await mask(outgoing("to ada@example.org"), Policy(), services)
    assert refused.value.reason is Reason.VAULT_UNAVAILABLE


async def test_a_request_without_findings_passes() -> None:
    services = Services(PatternDetector(), Gone(), Policy, lambda _: None)

    assert (await mask(outgoing("nothing here"), Policy(), services)).outgoing == outgoing("nothing here")


async def test_the_texts_of_every_request_are_read_ahead() -> None:
    expected: list[Sequence[str]] = []
    services = Services(PatternDetector(), FakeVault(), Policy, lambda _: None, expect=expected.append)
    await mask(outgoing("Ask PERSON_K7Q2MXA4.", "to ada@example.org"), Policy(), services)

    assert expected == [["Ask PERSON_K7Q2MXA4.", "to ada@example.org"]]
