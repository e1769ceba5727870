"""Sends probes along each way and waits for them to arrive: what is called protected was seen to be. IO: loopback."""

import asyncio
import base64
import contextlib
import re
from collections.abc import Sequence

from maskwire.errors import ControlError
from maskwire.mitm.corporate import refusal_sentence
from maskwire.mitm.probe import PROBE_ADDRESS, PROBE_HOST, PROBE_PATH, Probes
from maskwire_daemon.capture import pac
from maskwire_daemon.capture.places import LOOPBACK
from maskwire_daemon.proxy import CompanyProxy

ARRIVE_S = 5.0
"""Seconds that a probe may take; on loopback it takes milliseconds."""

REDIRECTED_S = 10.0
"""Seconds that a redirected probe may take: redirection needs 1 to 5 after its start until it holds (measured)."""

AGAIN_S = 1.0
"""Seconds between redirected probes, each of which waits as long for an answer that never comes."""

COMPANY_S = 15.0
"""Seconds that a company's proxy may take to connect us."""

COMPANY_TARGET = "api.openai.com:443"
"""Where the company's proxy is asked to connect us; nothing is sent there."""

_STATUS = re.compile(rb"^HTTP/1\.[01] (\d{3})")


async def through_proxy(probes: Probes, port: int) -> None:
    """Prove that the proxy's port leads here.

    Raises:
        ControlError: it does not.
    """
    await _arrives(probes, port, f"http://{PROBE_HOST}{PROBE_PATH}", PROBE_HOST)


async def through_base(probes: Probes, port: int) -> None:
    """Prove that the port of the base URLs leads here.

    Raises:
        ControlError: it does not.
    """
    await _arrives(probes, port, PROBE_PATH, f"{LOOPBACK}:{port}")


async def through_script(port: int, script: str) -> None:
    """Prove that the port of the proxy script serves ours.

    Raises:
        ControlError: it does not.
    """
    answer = await _asked(LOOPBACK, port, f"GET {pac.PATH} HTTP/1.1\r\nHost: {LOOPBACK}:{port}\r\n\r\n", ARRIVE_S)
    if answer.partition(b"\r\n\r\n")[2] != script.encode():
        raise ControlError(f"another program answers on port {port} in place of the proxy script")


async def through_company(company: CompanyProxy) -> None:
    """Prove that the company's proxy connects us.

    Raises:
        ControlError: it refuses, or cannot be reached.
    """
    login = base64.b64encode(company.login.encode()).decode()
    authorization = f"Proxy-Authorization: Basic {login}\r\n" if company.login else ""
    head = f"CONNECT {COMPANY_TARGET} HTTP/1.1\r\nHost: {COMPANY_TARGET}\r\n{authorization}\r\n"
    try:
        answer = await _asked(company.host, company.port, head, COMPANY_S, to_end=False)
    except ControlError:
        raise ControlError(
            f"the company's proxy {company.host}:{company.port} cannot be reached: ask who runs it"
        ) from None
    found = _STATUS.match(answer)
    if found is None:
        raise ControlError(f"{company.host}:{company.port} is no HTTP proxy: correct upstream.proxy")
    if not 200 <= int(found[1]) < 300:
        raise ControlError(refusal_sentence(int(found[1])))


async def through_redirection(probes: Probes, child: asyncio.subprocess.Process) -> None:
    """Prove that connections of a redirected process lead here; ``child`` is one, and waits for ports to connect to.

    Raises:
        ControlError: they do not.
    """
    assert child.stdin is not None  # it was started with a pipe
    with probes.expected() as (number, arrived):
        try:
            async with asyncio.timeout(REDIRECTED_S):
                while not arrived.is_set():
                    child.stdin.write(f"{PROBE_ADDRESS} {number}\n".encode())
                    await child.stdin.drain()
                    with contextlib.suppress(TimeoutError):
                        await asyncio.wait_for(arrived.wait(), AGAIN_S)
        except TimeoutError:
            raise ControlError(NOT_REDIRECTED) from None
        except OSError:
            raise ControlError("the process that probes redirection ended") from None


NOT_REDIRECTED = (
    "redirection runs, but a probe did not come through it, so the programs are NOT protected: see docs/capture.md "
    "for what the system must offer, or run them with `maskwire exec`"
)


async def _arrives(probes: Probes, port: int, target: str, host: str) -> None:
    if not port:
        raise ControlError("nothing listens there")
    with probes.expected() as (number, arrived):
        await _asked(
            LOOPBACK, port, f"GET {target}{number} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n", ARRIVE_S
        )
        if not arrived.is_set():
            raise ControlError(f"another program answers on port {port} in maskwire's place")


async def _asked(host: str, port: int, head: str, for_s: float, *, to_end: bool = True) -> bytes:
    """Send a request and return the whole answer, or only its head."""
    try:
        async with asyncio.timeout(for_s):
            reader, writer = await asyncio.open_connection(host, port)
            try:
                writer.write(head.encode())
                await writer.drain()
                return await reader.read() if to_end else await reader.readuntil(b"\r\n\r\n")
            finally:
                writer.transport.abort()
    except (OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError) as e:
        raise ControlError(f"port {port} does not answer ({type(e).__name__})") from e


def ended(apps: Sequence[str]) -> list[str]:
    """Return the process ids among ``apps`` that no longer run."""
    import psutil

    return [app for app in apps if app.isdigit() and not psutil.pid_exists(int(app))]
