"""ChatGPT's topic socket, over which long answers go on after their request. Sans-IO.

Not documented by OpenAI. Source: gpt4free, read in August 2026. What a client says there are commands that name topics;
every string that is no id is masked all the same.
"""

import json
from dataclasses import dataclass

from maskwire.stream.channels_web_ops import CHATGPT
from maskwire.stream.channels_web_patch import PatchRestorer
from maskwire.stream.channels_web_topics import TopicRestorer
from maskwire.stream.restorer import Restoration
from maskwire.stream.socket import SocketRestorer
from maskwire.wire.document import Document
from maskwire.wire.documents import JsonDocument
from maskwire.wire.json_format import JsonFormat
from maskwire.wire.jsonspan import Kind
from maskwire.wire.row import Row
from maskwire.wire.rules import rules
from maskwire.wire.socket import METHOD, SocketFormat
from maskwire.wire.web_shape import OBJECT, TEXT, VALIDATED, Expected, check, unknown_shape


@dataclass(frozen=True, slots=True)
class TopicFormat(SocketFormat):
    """Arrays of commands in, arrays of frames out."""

    def parse(self, body: bytes, content_type: str, *, allow_media: bool) -> Document:
        """Return the texts of a message of the client.

        Raises:
            BlockedError: it is not JSON of the known shape.
        """
        document = JsonFormat.parse(self, body, content_type, allow_media=allow_media)
        if isinstance(document, JsonDocument):
            if document.root.kind is not Kind.ARRAY:
                raise unknown_shape("$")
            for item in document.root.items:
                if item.kind is not Kind.OBJECT:
                    raise unknown_shape("$[]")
                check(item, self.shape)
        return document

    def is_request(self, message: bytes) -> bool:
        """Tell whether a message of the client asks for a topic's answers."""
        try:
            found = json.loads(message)
        except ValueError:
            return False
        commands = [item.get("command") for item in found if isinstance(item, dict)] if isinstance(found, list) else []
        return any(isinstance(command, dict) and command.get("type") in self.opens for command in commands)

    def messages(self, how: Restoration) -> SocketRestorer:
        """Return a restorer for what the provider says on one connection."""
        rules = self.response
        return TopicRestorer(lambda how: PatchRestorer(CHATGPT, rules, how), rules, how)


TOPICS = TopicFormat(
    rules(id="**.type **.topic_id **.offset **.id **.state"),
    rules(keep="**.topic_id **.type **.id **.offset **.asset_pointer **.download_url"),
    opens=frozenset({"subscribe"}),
    shape=(Expected("command", OBJECT), Expected("command.type", TEXT)),
)

ROWS = (
    Row(
        "chatgpt.topic.socket",
        ("chatgpt-web",),
        METHOD,
        "/{shard}/ws/user/{user...}",
        TOPICS,
        validated=VALIDATED,
        streamed=True,
    ),
)
