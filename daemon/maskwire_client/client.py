"""Calls the control API of a running daemon. IO: loopback HTTP through the standard library.

No proxy variable is ever consulted, so a call can not wander through the proxy that the daemon itself offers.
"""

import http.client
import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any
from urllib.parse import quote, urlsplit

from maskwire_client.discovery import Runtime, read_runtime
from maskwire_client.errors import ControlError, NotRunning, Refused
from maskwire_client.models import (
    Access,
    AuditEntry,
    CaptureMode,
    Event,
    HostEntry,
    KnownSecret,
    NewAllowance,
    NewSecret,
    Purged,
    Restored,
    ScanSpan,
    Status,
    Verdict,
)

TIMEOUT_S = 60.0
"""Seconds to wait for an answer: the first scan after a start waits for the model to load."""

PROBE_S = 10.0
"""Seconds in which a daemon that is alive answers what needs no work, on a busy machine too."""


class Client:
    """The control API of one daemon. One connection per call; safe to share between threads."""

    def __init__(self, runtime: Runtime, timeout_s: float = TIMEOUT_S) -> None:
        self.runtime = runtime
        self._timeout_s = timeout_s
        address = urlsplit(runtime.api)
        self._host, self._port = address.hostname or "127.0.0.1", address.port or 80

    @classmethod
    def running(cls, environ: Mapping[str, str] = os.environ, timeout_s: float = TIMEOUT_S) -> "Client":
        """Return a client of this home's daemon, after it answered once.

        Raises:
            NotRunning: there is none, or the one that the runtime file names is gone.
            ControlError: it does not answer.
        """
        runtime = read_runtime(environ)
        cls(runtime, min(timeout_s, PROBE_S)).status()
        return cls(runtime, timeout_s)

    def status(self) -> Status:
        """Return how protection stands now."""
        return Status.of(self._call("GET", "/v1/status"))

    def pause(self, minutes: float, *, floor: bool = True) -> Status:
        """Pause protection for ``minutes``; it comes back by itself. Secrets stay masked unless ``floor`` is false."""
        return Status.of(self._call("POST", "/v1/pause", {"minutes": minutes, "floor": floor}))

    def resume(self) -> Status:
        """End a pause now."""
        return Status.of(self._call("POST", "/v1/resume", {}))

    def hosts(self) -> list[HostEntry]:
        """Return every known host and its mode."""
        return [HostEntry.of(h) for h in self._call("GET", "/v1/hosts")["hosts"]]

    def set_host(self, host: str, mode: str) -> list[HostEntry]:
        """Write the mode of one host to the configuration and return all hosts."""
        answer = self._call("PUT", f"/v1/hosts/{quote(host, safe='')}", {"mode": mode})
        return [HostEntry.of(h) for h in answer["hosts"]]

    def allow_media(self, host: str, minutes: float) -> None:
        """Let images and sound pass to ``host`` for ``minutes``."""
        self._call("POST", "/v1/media", {"host": host, "minutes": minutes})

    def events(self, limit: int = 50, after: int = 0) -> list[Event]:
        """Return the newest ``limit`` exchanges with an id above ``after``, oldest first."""
        found = self._call("GET", f"/v1/events?limit={limit}&after={after}")
        return [Event.of(e) for e in found["events"]]

    def follow(self, after: int = 0) -> Iterator[Event]:
        """Yield exchanges as they end, until the daemon stops."""
        connection = self._open(timeout_s=None)
        try:
            answer = self._send(connection, "GET", f"/v1/events/stream?after={after}", None)
            for line in answer:
                if line.startswith(b"data: "):
                    yield Event.of(json.loads(line[6:]))
        except (OSError, http.client.HTTPException):
            return
        finally:
            connection.close()

    def scan(self, texts: Sequence[str]) -> list[list[ScanSpan]]:
        """Return the findings of each text, in order."""
        found = self._call("POST", "/v1/scan", {"texts": list(texts)})
        return [[ScanSpan.of(s) for s in spans] for spans in found["spans"]]

    def mask(self, texts: Sequence[str]) -> list[str]:
        """Return each text with tokens in place of its values."""
        masked: list[str] = self._call("POST", "/v1/mask", {"texts": list(texts)})["texts"]
        return masked

    def restore(self, texts: Sequence[str]) -> Restored:
        """Return each text with values in place of the daemon's tokens."""
        return Restored.of(self._call("POST", "/v1/restore", {"texts": list(texts)}))

    def reveal(self, token: str, passphrase: str = "") -> str:
        """Return the value behind one token.

        Raises:
            Refused: 404 when the vault does not know it, 403 when the passphrase is missing or wrong, 429 too soon.
        """
        value: str = self._call("POST", "/v1/reveal", {"token": token, "passphrase": passphrase})["value"]
        return value

    def reveal_lock(self) -> str:
        """Return which passphrase reading a single value takes: ``none``, ``own`` or ``vault``."""
        lock: str = self._call("GET", "/v1/vault")["reveal"]
        return lock

    def set_reveal_passphrase(self, old: str, new: str) -> None:
        """Set the passphrase that reading single values takes; ``old`` is empty the first time.

        Raises:
            Refused: 403 when ``old`` is wrong, 429 too soon.
        """
        self._call("PUT", "/v1/reveal/passphrase", {"old": old, "new": new})

    def purge(self, older_than_days: float) -> Purged:
        """Delete values and exchanges that are older; 0 deletes all of them."""
        return Purged.of(self._call("POST", "/v1/purge", {"older_than_days": older_than_days}))

    def learn(self, found: Sequence[NewSecret]) -> int:
        """Let the daemon keep keyed fingerprints of secrets; return how many of them are new."""
        learned: int = self._call("POST", "/v1/secrets", {"secrets": [asdict(secret) for secret in found]})["learned"]
        return learned

    def secrets(self) -> list[KnownSecret]:
        """Return the secrets that were learned, by source and name."""
        return [KnownSecret.of(s) for s in self._call("GET", "/v1/secrets")["secrets"]]

    def forget(self, names: Sequence[str]) -> int:
        """Forget the secrets of these names or sources, or all when none is given; return how many went."""
        forgotten: int = self._call("DELETE", "/v1/secrets", {"names": list(names)})["forgotten"]
        return forgotten

    def allow(self, allowance: NewAllowance) -> None:
        """Let a value pass: its keyed hash is written to the configuration, which holds at once."""
        self._call("POST", "/v1/allowances", asdict(allowance))

    def disallow(self, value: str) -> int:
        """Take back every allowance of a value; return how many there were."""
        removed: int = self._call("DELETE", "/v1/allowances", {"value": value})["removed"]
        return removed

    def verify(self) -> tuple[Verdict, Verdict]:
        """Check the journal and the audit log; return what was found of each."""
        found = self._call("GET", "/v1/events/verify")
        return Verdict.of(found["exchanges"]), Verdict.of(found["audit"])

    def verify_export(self, lines: Iterable[str]) -> Verdict:
        """Check an export of the journal."""
        return Verdict.of(self._call("POST", "/v1/events/verify", "".join(lines).encode()))

    def export(self, since: float, until: float) -> Iterator[str]:
        """Yield the lines of an export of what began between two Unix times."""
        return self._lines("GET", f"/v1/events/export?{_period(since, until)}")

    def report(self, since: float, until: float, form: str) -> str:
        """Return the report of what happened between two Unix times, as ``html``, ``csv`` or ``jsonl``."""
        return "".join(self._lines("GET", f"/v1/report?{_period(since, until)}&format={form}"))

    def audit(self, limit: int = 100, before: int = 0) -> list[AuditEntry]:
        """Return the newest ``limit`` entries of the audit log with an id below ``before``, newest first."""
        return [AuditEntry.of(e) for e in self._call("GET", f"/v1/audit?limit={limit}&before={before}")["entries"]]

    def access(self) -> list[Access]:
        """Return the tokens of access for other programs, without the tokens."""
        return [Access.of(token) for token in self._call("GET", "/v1/access")["tokens"]]

    def add_access(self, name: str, role: str, *, restores: bool) -> str:
        """Make a token of access and return it; it is never shown again.

        Raises:
            Refused: 409, there is one of that name.
        """
        token: str = self._call("POST", "/v1/access", {"name": name, "role": role, "restores": restores})["token"]
        return token

    def remove_access(self, name: str) -> None:
        """Take a token of access back.

        Raises:
            Refused: 404, there is none of that name.
        """
        self._call("DELETE", f"/v1/access/{quote(name, safe='')}")

    def rotate(self, progress: Callable[[int, int], None], *, values: bool) -> int:
        """Change the master key, or with ``values`` encrypt every value under a new key; return how many values.

        Raises:
            Refused: 503, it could not be done.
        """
        rotated = 0
        for line in self._lines("POST", "/v1/vault/rotate", {"values": values}):
            found = json.loads(line)
            if "error" in found:
                raise Refused(503, found["error"])
            if "total" in found:
                progress(found["done"], found["total"])
            rotated = found.get("rotated", rotated)
        return rotated

    def change_passphrase(self, old: str, new: str) -> None:
        """Lock the vault's key with another passphrase."""
        self._call("POST", "/v1/vault/passphrase", {"old": old, "new": new})

    def destroy(self) -> None:
        """Make every value unreadable for good; the daemon begins anew."""
        self._call("POST", "/v1/vault/destroy", {"confirm": "destroy"})

    def capture(self) -> list[CaptureMode]:
        """Return every way in which programs reach the proxy, and how it stands."""
        return [CaptureMode.of(m) for m in self._call("GET", "/v1/capture")["modes"]]

    def set_capture(self, mode: str, changes: Mapping[str, Any]) -> list[CaptureMode]:
        """Change keys of ``[capture]`` for ``mode``, apply and prove them now, and return all modes."""
        return [CaptureMode.of(m) for m in self._call("PUT", f"/v1/capture/{mode}", dict(changes))["modes"]]

    def verify_capture(self) -> list[CaptureMode]:
        """Prove every way that is on, now, and return all modes."""
        return [CaptureMode.of(m) for m in self._call("POST", "/v1/capture/verify", {})["modes"]]

    def open_canary(self, address: str, pem: str) -> str:
        """Lead the canary's host to a stand-in on this machine for a minute, and return that host."""
        host: str = self._call("POST", "/v1/canary", {"address": address, "pem": pem})["host"]
        return host

    def close_canary(self, *, proven: bool = False) -> None:
        """Lead it nowhere again; ``proven`` tells that it masked and restored, which the status shows from then on."""
        self._call("DELETE", "/v1/canary", {"proven": proven})

    def login(self) -> str:
        """Return path and query that log one browser in, once, within a minute."""
        path: str = self._call("POST", "/v1/login", {})["path"]
        return path

    def shutdown(self) -> None:
        """Ask the daemon to stop; it finishes what is open first."""
        self._call("POST", "/v1/shutdown", {})

    def _call(self, method: str, path: str, body: object = None) -> dict[str, Any]:
        connection = self._open(self._timeout_s)
        try:
            answer: dict[str, Any] = json.loads(self._send(connection, method, path, body).read())
        except TimeoutError as e:
            raise ControlError(f"maskwire did not answer within {self._timeout_s:.0f} s: see `maskwire doctor`") from e
        except (OSError, http.client.HTTPException, ValueError) as e:
            raise NotRunning(f"{self.runtime.api} does not answer") from e
        else:
            return answer
        finally:
            connection.close()

    def _lines(self, method: str, path: str, body: object = None) -> Iterator[str]:
        """Yield an answer line by line, however long it takes."""
        connection = self._open(timeout_s=None)
        try:
            for line in self._send(connection, method, path, body):
                yield line.decode()
        except (OSError, http.client.HTTPException) as e:
            raise NotRunning(f"{self.runtime.api} does not answer") from e
        finally:
            connection.close()

    def _open(self, timeout_s: float | None) -> http.client.HTTPConnection:
        return http.client.HTTPConnection(self._host, self._port, timeout=timeout_s)

    def _send(
        self, connection: http.client.HTTPConnection, method: str, path: str, body: object
    ) -> http.client.HTTPResponse:
        payload = body if body is None or isinstance(body, bytes) else _json(body)
        headers = {"authorization": f"Bearer {self.runtime.token}", "content-type": "application/json"}
        connection.request(method, path, body=payload, headers=headers)
        answer = connection.getresponse()
        if answer.status >= 400:
            raise Refused(answer.status, _sentence(answer))
        return answer


def _json(body: object) -> bytes:
    return json.dumps(body).encode("utf-8", "surrogatepass")


def _period(since: float, until: float) -> str:
    """Return two Unix times as a query, to the microsecond: rounded, the last half second could be missing."""
    return f"since={since:.6f}&until={until:.6f}"


def _sentence(answer: http.client.HTTPResponse) -> str:
    """Return what the daemon said about its refusal, or its status when it said nothing."""
    try:
        return str(json.loads(answer.read())["error"])
    except (ValueError, KeyError, TypeError):
        return f"the daemon answered {answer.status} {answer.reason}"
