"""The rest of the world, in a network namespace of its own: a provider, a name server, a company's proxy.

Told on stdin, a line each, and answers each with a line of JSON: ``heard`` (all that the provider received, in
base64), ``pause SECONDS`` (between two pieces of its answers), ``name HOST ADDRESS`` (what the name server says).
"""

import base64
import json
import socket
import socketserver
import struct
import sys
import threading
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

from maskwire_daemon.standin.server import StandIn, running
from tests.fakes.company import CompanyProxy, pump

ANYWHERE = "0.0.0.0"

PROXY_PORT = 3128


class Names(socketserver.BaseRequestHandler):
    """Answers every question for an address, from a table.

    Source: https://www.rfc-editor.org/rfc/rfc1035#section-4
    """

    known: ClassVar[dict[str, str]] = {}

    def handle(self) -> None:
        query, connection = self.request
        end = query.index(b"\0", 12) + 5
        name, (kind,) = labels(query[12 : end - 5]), struct.unpack(">H", query[end - 4 : end - 2])
        address = self.known.get(name) if kind == 1 else None
        flags = 0x8180 if name in self.known else 0x8183
        head = query[:2] + struct.pack(">5H", flags, 1, int(address is not None), 0, 0)
        answer = b"" if address is None else struct.pack(">HHHLH", 0xC00C, 1, 1, 0, 4) + socket.inet_aton(address)
        with suppress(OSError):  # the line is gone
            connection.sendto(head + query[12:end] + answer, self.client_address)


def labels(encoded: bytes) -> str:
    """Return a name as it is written, from its labels of counted bytes."""
    found = []
    while encoded:
        found.append(encoded[1 : 1 + encoded[0]].decode())
        encoded = encoded[1 + encoded[0] :]
    return ".".join(found).lower()


def forward(listener: socket.socket, place: tuple[str, int]) -> None:
    """Lead every connection to ``place``, until the process ends."""
    while True:
        client, _ = listener.accept()
        server = socket.create_connection(place)
        for source, sink in ((client, server), (server, client)):
            threading.Thread(target=pump, args=(source, sink), daemon=True).start()


def main() -> None:
    """Serve, and do what stdin says."""
    with running(StandIn()) as stand_in, socketserver.ThreadingUDPServer((ANYWHERE, 53), Names) as names:
        threading.Thread(target=names.serve_forever, daemon=True).start()
        host, _, port = stand_in.address.partition(":")
        company = CompanyProxy(lambda _: (host, int(port)))
        serving = (
            (forward, (socket.create_server((ANYWHERE, 443)), (host, int(port)))),
            (company.serve, (socket.create_server((ANYWHERE, PROXY_PORT)),)),
        )
        for serve, given in serving:
            threading.Thread(target=serve, args=given, daemon=True).start()
        Path(sys.argv[1]).write_text(stand_in.pem)
        say("ready")
        for line in sys.stdin:
            match line.split():
                case ["heard"]:
                    say(base64.b64encode(stand_in.heard()).decode())
                case ["pause", seconds]:
                    stand_in.provider.behaviour = replace(stand_in.provider.behaviour, pause_s=float(seconds))
                    say("done")
                case ["name", name, address]:
                    Names.known[name] = address
                    say("done")
                case _:
                    raise SystemExit(f"not understood: {line}")


def say(what: str) -> None:
    """Answer with a line."""
    print(json.dumps(what), flush=True)  # noqa: T201 - this is the process's way to answer


if __name__ == "__main__":
    main()
