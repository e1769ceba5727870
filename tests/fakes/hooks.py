"""An addon with everything that it reports, and flows that mitmproxy's own test kit makes."""

import json

from mitmproxy.test import tflow, tutils

from maskwire.exchange import Exchange
from maskwire.mitm.addon import Addon
from maskwire.mitm.bypass import Scope
from maskwire.mitm.engine import http
from maskwire.mitm.services import Notice, Services
from maskwire.policy import Policy
from maskwire.tokens import Minter
from maskwire_daemon.store.vault import MemoryVault
from tests.fakes.detector import PatternDetector

HOST, EMAIL = "api.openai.com", "ada@example.org"
BODY = json.dumps({"model": "gpt-5", "messages": [{"role": "user", "content": EMAIL}]}).encode()


class Rig:
    """An addon with everything that it reports."""

    def __init__(self, *hosts: str) -> None:
        self.journal: list[Exchange] = []
        self.notices: list[Notice] = []
        self.policy: Policy | Exception = Policy()
        services = Services(
            PatternDetector(),
            MemoryVault(Minter(b"k" * 32)),
            self._now,
            self.journal.append,
            clock=lambda: 1000.0,
            notice=self.notices.append,
        )
        self.addon = Addon(services, Scope(hosts or [HOST]))

    def _now(self) -> Policy:
        if isinstance(self.policy, Exception):
            raise self.policy
        return self.policy

    async def ask(self, flow: http.HTTPFlow) -> http.HTTPFlow:
        """Call the hooks of a request in mitmproxy's order."""
        self.addon.requestheaders(flow)
        await self.addon.request(flow)
        return flow


def flow_to(host: str = HOST, path: str = "/v1/chat/completions", body: bytes = BODY) -> http.HTTPFlow:
    headers = http.Headers(host=host, content_type="application/json")
    flow = tflow.tflow(
        req=tutils.treq(
            host=host,
            port=443,
            scheme=b"https",
            authority=b"",
            method=b"POST",
            path=path.encode(),
            headers=headers,
            content=body,
        )
    )
    flow.client_conn.sni = host
    return flow


def answered(flow: http.HTTPFlow, **headers: str) -> http.HTTPFlow:
    flow.response = tutils.tresp(headers=http.Headers(content_type="application/json"), content=b"")
    flow.response.headers.update({name.replace("_", "-"): value for name, value in headers.items()})
    return flow
