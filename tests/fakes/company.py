"""A company's proxy: connects whoever proves with Basic who they are, and remembers what was asked."""

import base64
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

LOGIN = "alice:corp-Pa55-wq8"
"""Who may use it."""


@dataclass
class CompanyProxy:
    """``reach`` says where a host really is; ``asked`` are the first lines of the requests that were let in."""

    reach: Callable[[str], tuple[str, int]]
    asked: list[str] = field(default_factory=list)
    refused: int = 0
    port: int = 0

    def serve(self, listener: socket.socket) -> None:
        with suppress(OSError):  # the listener is closed in the end
            while True:
                connection, _ = listener.accept()
                threading.Thread(target=self._answer, args=(connection,), daemon=True).start()

    def _answer(self, client: socket.socket) -> None:
        with client, suppress(OSError):
            head = b""
            while b"\r\n\r\n" not in head:
                if not (piece := client.recv(65536)):
                    return
                head += piece
            first, *fields = head.decode("latin-1").partition("\r\n\r\n")[0].split("\r\n")
            given = {line.partition(": ")[2] for line in fields if line.lower().startswith("proxy-authorization:")}
            if given != {f"Basic {base64.b64encode(LOGIN.encode()).decode()}"}:
                self.refused += 1
                client.sendall(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")
                return
            self.asked.append(first)
            method, target, _ = first.split(" ")
            if method != "CONNECT":
                client.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 7\r\nConnection: close\r\n\r\nby corp")
                return
            with socket.create_connection(self.reach(target), timeout=10) as server:
                client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
                back = threading.Thread(target=pump, args=(server, client), daemon=True)
                back.start()
                pump(client, server)
                back.join()


def pump(source: socket.socket, sink: socket.socket) -> None:
    with suppress(OSError):
        while piece := source.recv(65536):
            sink.sendall(piece)
    with suppress(OSError):
        sink.shutdown(socket.SHUT_WR)


@contextmanager
def company_proxy(reach: Callable[[str], tuple[str, int]]) -> Iterator[CompanyProxy]:
    """Run one until the block ends."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        proxy = CompanyProxy(reach, port=listener.getsockname()[1])
        threading.Thread(target=proxy.serve, args=(listener,), daemon=True).start()
        yield proxy
