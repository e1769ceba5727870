"""The stand-in's manners and memory: which format a request speaks, and how it is answered. Sans-IO."""

import json
from dataclasses import dataclass

from maskwire_daemon.standin import chat, cohere, converse, gemini, messages, ollama, responses
from maskwire_daemon.standin.origin import preflight, readable
from maskwire_daemon.standin.reply import Asked, Manner, Reply, compose
from maskwire_daemon.standin.wire import Answer, Call, Json, as_object, json_answer


@dataclass(frozen=True, slots=True)
class Behaviour:
    """How requests are answered until told otherwise.

    ``status`` other than 200 gives an error in the provider's shape. ``reset_after`` cuts the connection after so
    many pieces of an answer. ``delta_chars`` is how many characters one delta of a stream carries; ``pause_s`` the
    time between two of them.
    """

    manner: Manner = Manner.ECHO
    delta_chars: int = 3
    status: int = 200
    reset_after: int | None = None
    pause_s: float = 0.0


class Provider:
    """Answers requests of every format here. ``calls`` holds what was asked, ``behaviour`` may be set at any time."""

    def __init__(self, behaviour: Behaviour | None = None) -> None:
        self.behaviour = behaviour or Behaviour()
        self.calls: list[Call] = []

    def answer(self, call: Call) -> Answer:
        """Remember ``call`` and return its answer; a path that no format knows gets a 404."""
        self.calls.append(call)
        return readable(preflight(call) or self._answer(call), call)

    def _answer(self, call: Call) -> Answer:
        if self.behaviour.status != 200:
            return json_answer(_error(call, self.behaviour.status), self.behaviour.status)
        if call.method == "GET" and call.path.endswith("/responses"):
            return json_answer(_error(call, 426), 426)  # an upgrade: this provider speaks no WebSockets
        if call.method == "GET" and call.path.endswith("/models"):
            return json_answer({"object": "list", "data": [], "models": []})
        try:
            body = as_object(json.loads(call.body))
        except ValueError:
            return json_answer(_error(call, 400), 400)
        return _counted(call) or self._converse(call, dict(body)) or json_answer(_error(call, 404), 404)

    def _converse(self, call: Call, body: Json) -> Answer | None:
        path = call.path
        if path.endswith("/chat/completions"):
            asked = chat.asked(body)
            return chat.answer(self._reply(asked), streamed=asked.streamed, whole_calls="mistral" in call.host)
        if path.endswith("/responses"):
            asked = responses.asked(body)
            return responses.answer(self._reply(asked), streamed=asked.streamed)
        if path.endswith("/messages"):
            asked = messages.asked(body)
            return messages.answer(self._reply(asked), streamed=asked.streamed)
        if path.endswith((":generateContent", ":streamGenerateContent")):
            asked = gemini.asked(body, call)
            return gemini.answer(self._reply(asked), call, streamed=asked.streamed)
        if path.endswith("/v2/chat"):
            asked = cohere.asked(body)
            return cohere.answer(self._reply(asked), streamed=asked.streamed)
        if path.endswith("/api/chat"):
            asked = ollama.asked(body)
            return ollama.answer(self._reply(asked), streamed=asked.streamed)
        if path.endswith(("/converse", "/converse-stream")):
            asked = converse.asked(body, call)
            return converse.answer(self._reply(asked), streamed=asked.streamed)
        return None

    def _reply(self, asked: Asked) -> Reply:
        return compose(asked, self.behaviour.manner, self.behaviour.delta_chars)


def _counted(call: Call) -> Answer | None:
    """Return how many tokens a request would cost where ``call`` asks that."""
    tokens = len(call.body) // 4
    if call.path.endswith("/responses/input_tokens"):
        return json_answer({"object": "response.input_tokens", "input_tokens": tokens})
    if call.path.endswith("/messages/count_tokens"):
        return json_answer({"input_tokens": tokens})
    if call.path.endswith(":countTokens"):
        return json_answer({"totalTokens": tokens})
    return None


def _error(call: Call, status: int) -> Json:
    """Return an error body in the shape of the provider whose host was called."""
    message = f"The stand-in answers {status}."
    if "anthropic" in call.host:
        return {"type": "error", "error": {"type": "api_error", "message": message}, "request_id": "req_standin"}
    if "google" in call.host:
        return {"error": {"code": status, "message": message, "status": "UNKNOWN"}}
    return {"error": {"message": message, "type": "standin_error", "param": None, "code": None}}
