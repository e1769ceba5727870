"""Streams of grok.com: lines with a piece of text each, and the whole message at the end. Sans-IO.

Source: third-party clients of grok.com; the format is not documented.
"""

from maskwire.stream.script import ALL, Channel, Event, Json, Piece, Reading, inner, string


class GrokScript:
    """One channel for the answer and one for its thinking, of each response.

    A new conversation wraps what it says in ``result.response``, a running one in ``result``.
    """

    grows = False

    def read(self, event: Event) -> Reading:
        """Return the piece of a token; the whole message, or an error, ends all channels."""
        result = inner(event.root, "result")
        said = inner(result, "response")
        said = said if said is not None else result
        if said is None or said.get("modelResponse") is not None or event.root.get("error") is not None:
            return Reading(ends=[ALL])
        token = string(said, "token")
        thinking = said.get("isThinking")
        channel = (said.string("responseId"), int(thinking is not None and thinking.text == "true"))
        return Reading([Piece(channel, token)] if token is not None else ())

    def tail(self, channel: Channel, text: str, last: Json) -> Json:
        """Return a token of the same response that holds ``text``."""
        result = last["result"]
        assert isinstance(result, dict)  # a token was found in it
        said: Json = {"token": text, "isThinking": bool(channel[1]), "responseId": channel[0]}
        return {"result": {"response": said} if "response" in result else said}
