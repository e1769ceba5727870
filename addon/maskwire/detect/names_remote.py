"""Names by a Presidio analyzer that answers over HTTP. IO: one request for each fragment.

The texts go to that service unmasked, so it must be the person's own. Whatever goes wrong is an error, never
"nothing found".
Source: https://microsoft.github.io/presidio/api-docs/api-docs.html#tag/Analyzer/paths/~1analyze/post
"""

import http.client
import json
import ssl
import time
from collections.abc import Sequence
from urllib.parse import urlsplit

from maskwire.detect.fragment import Fragment
from maskwire.detect.names import NamesUnavailable
from maskwire.spans import Span

MAX_ANSWER = 16 * 1024 * 1024
"""Bytes of one answer: far more than the findings of any text that fits a request."""

ENTITIES = frozenset({"PERSON", "ORGANIZATION", "LOCATION"})
"""What is asked for: our own rules find the rest better."""


class RemoteFailed(Exception):
    """The remote analyzer did not give a usable answer. Holds neither text nor answer."""


class RemoteNames:
    """Names by the analyzer at ``url``, such as ``http://127.0.0.1:5002/analyze``."""

    def __init__(self, url: str, timeout_s: float, language: str = "en") -> None:
        """Check ``url``; nothing is sent before the first text.

        Raises:
            NamesUnavailable: it is no address of a web service.
        """
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise NamesUnavailable("remote_url must be the http or https address of a Presidio analyzer")
        self._secure = parts.scheme == "https"
        self._host = parts.hostname
        self._port = parts.port
        self._path = parts.path if parts.path not in ("", "/") else "/analyze"
        self._timeout_s = timeout_s
        self._language = language

    def find(self, fragments: Sequence[Fragment]) -> list[list[Span]]:
        """Return the names in each fragment, offsets in code points of its text.

        Raises:
            RemoteFailed: no usable answer within the time for one answer; the texts must not be forwarded.
        """
        connection = self._connect()
        try:
            return [self._ask(connection, fragment.text) for fragment in fragments]
        except (OSError, http.client.HTTPException) as e:
            raise RemoteFailed(f"the remote analyzer did not answer ({type(e).__name__})") from e
        finally:
            connection.close()

    def _connect(self) -> http.client.HTTPConnection:
        if self._secure:
            context = ssl.create_default_context()
            return http.client.HTTPSConnection(self._host, self._port, timeout=self._timeout_s, context=context)
        return http.client.HTTPConnection(self._host, self._port, timeout=self._timeout_s)

    def _ask(self, connection: http.client.HTTPConnection, text: str) -> list[Span]:
        if not text.strip():
            return []
        question = {"text": text, "language": self._language, "entities": sorted(ENTITIES)}
        until = time.monotonic() + self._timeout_s
        connection.request("POST", self._path, json.dumps(question), {"content-type": "application/json"})
        answer = connection.getresponse()
        body = bytearray()
        while piece := answer.read1(65536):
            body += piece
            if len(body) > MAX_ANSWER or time.monotonic() > until:
                raise RemoteFailed("the remote analyzer's answer was too long or too slow")
        if answer.status != http.client.OK:
            raise RemoteFailed(f"the remote analyzer answered with status {answer.status}")
        return _spans(bytes(body), len(text))


def _spans(body: bytes, length: int) -> list[Span]:
    """Return the spans of an answer, every one checked against the ``length`` of the text."""
    try:
        spans = [_span(item, length) for item in json.loads(body)]
    except (ValueError, TypeError, KeyError, AttributeError) as e:
        raise RemoteFailed("the remote analyzer's answer is not what Presidio answers") from e
    return sorted(span for span in spans if span.entity in ENTITIES)


def _span(item: dict[str, object], length: int) -> Span:
    start, end, score = item["start"], item["end"], item["score"]
    if not (isinstance(start, int) and isinstance(end, int) and isinstance(score, int | float)):
        raise TypeError("offsets and score must be numbers")
    if not 0 <= start < end <= length:
        raise ValueError("offsets must lie in the text")
    return Span(start, end, str(item["entity_type"]), float(score), "names.remote")
