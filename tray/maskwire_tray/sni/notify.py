"""Notifications over D-Bus. IO: one call; nobody may be there to show it, and that is no error.

Source: https://specifications.freedesktop.org/notification-spec/latest/protocol.html
"""

from dataclasses import dataclass
from html import escape

from dbus_fast import Message, MessageFlag, MessageType, Variant
from dbus_fast.aio import MessageBus
from PIL import Image

from maskwire_tray.sni.pixels import image_data

_NAME = "org.freedesktop.Notifications"
_PATH = "/org/freedesktop/Notifications"

PICTURE_PX = 48
"""Side of the picture that servers show beside the text."""


@dataclass(frozen=True, slots=True)
class Note:
    """What a notification says."""

    title: str
    text: str


async def show(bus: MessageBus, replaces: int, note: Note, image: Image.Image | None) -> int:
    """Show a notification in place of the one numbered ``replaces``; return its own number, 0 when nobody shows it."""
    hints = {} if image is None else {"image-data": Variant("(iiibiiay)", image_data(image))}
    body = ["maskwire", replaces, "", note.title, escape(note.text, quote=False), [], hints, -1]
    answer = await bus.call(_message("Notify", "susssasa{sv}i", body))
    return 0 if answer.message_type is MessageType.ERROR else int(answer.body[0])


def close(bus: MessageBus, number: int) -> None:
    """Take a notification away."""
    message = _message("CloseNotification", "u", [number])
    message.flags = MessageFlag.NO_REPLY_EXPECTED
    bus.send(message)


def _message(member: str, signature: str, body: list[object]) -> Message:
    return Message(destination=_NAME, path=_PATH, interface=_NAME, member=member, signature=signature, body=body)
