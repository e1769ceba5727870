"""The conversation that every client holds: who asks what, which tool answers with what, and all that is planted."""

import json
from dataclasses import asdict, dataclass
from typing import Any

from tests.e2e.planted import ALL, PROMPT, VALUES


@dataclass(frozen=True)
class Turn:
    """What the person says, and what the local tool answers when the model calls it."""

    user: str
    result: str

    @property
    def arguments(self) -> dict[str, object]:
        """What the stand-in calls the tool with: the text it was told, as prose, as a list, as JSON inside JSON."""
        return {"text": self.user, "lines": self.user.splitlines(), "script": json.dumps({"say": self.user})}


FOUND = {
    "person": "Marcus Ellingworth",
    "email": "m.ellingworth@harbour-freight.co.uk",
    "card": "4716 9053 2281 6643",
    "phone": "+44 20 8366 1204",
    "address": "62.141.37.98",
    "token": "ghp_" + "R4vTn8Xb2Lq6Wz0Kc9Jm5Hs1Pd3Gf7YtUoEi",
}
"""Values that nobody typed: they are first met in what a tool answers."""

PLANTED = (*ALL, *FOUND.values())

TURNS = (
    Turn(
        user=PROMPT,
        result=(
            "{person} <{email}> opened the case from {address}, call {phone}.\n"
            'He paid with "{card}".\n-----\nexport GITHUB_TOKEN={token}\n'
        ).format(**FOUND),
    ),
    Turn(
        user=f"Tell {FOUND['person']} ({FOUND['email']}) that we refund {VALUES['iban']}, \u00bbtoday\u00ab; "
        f"copy {VALUES['email']}.",
        result=json.dumps({"sent": True, "to": [FOUND["email"], VALUES["email"]], "call": FOUND["phone"]}),
    ),
)
"""The second turn repeats values of the person's first and of the tool's answer beside fresh text."""

SYSTEM = f"You work for {VALUES['person']}; call the tool note before you answer."

TOOL = "note"

PARAMETERS: dict[str, Any] = {
    "type": "object",
    "properties": {
        "text": {"type": "string"},
        "lines": {"type": "array", "items": {"type": "string"}},
        "script": {"type": "string"},
    },
    "required": ["text"],
}

FUNCTION: dict[str, Any] = {
    "type": "function",
    "function": {"name": TOOL, "description": "Keeps a note, returns the case.", "parameters": PARAMETERS},
}
"""The tool as OpenAI's chat and its many likes declare it."""

REQUESTS = 2 * len(TURNS)
"""Requests of one conversation: each turn asks, and asks again with the tool's result."""


def expected() -> list[dict[str, object]]:
    """Return what a client must have seen, a turn each: the tool's real arguments and the real answer."""
    return [{"tool": TOOL, "arguments": turn.arguments, "answer": turn.result} for turn in TURNS]


def as_json() -> str:
    """Return the conversation for clients that are not written in Python."""
    return json.dumps(
        {"system": SYSTEM, "tool": TOOL, "parameters": PARAMETERS, "turns": [asdict(turn) for turn in TURNS]}
    )
