"""A script without a promise."""

from dataclasses import dataclass

from maskwire.stream.script import Channel, Event, Json, Reading, Script


@dataclass
class Unsteady:
    """The same script under a name that promises nothing, so that every event goes the long way."""

    script: Script

    @property
    def grows(self) -> bool:
        return self.script.grows

    def read(self, event: Event) -> Reading:
        return self.script.read(event)

    def tail(self, channel: Channel, text: str, last: Json) -> Json:
        return self.script.tail(channel, text, last)
