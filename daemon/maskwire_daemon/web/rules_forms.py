"""What the forms about settings share: messages beside fields, and where a field's setting stands. Sans-IO."""

from collections.abc import Mapping, Sequence

from maskwire.errors import ConfigError
from maskwire.policy import Action
from maskwire_daemon.web.forms import Form
from maskwire_daemon.web.rendering import sentence_of

ACTIONS: Sequence[tuple[str, str]] = (
    (Action.MASK, "Mask"),
    (Action.ALLOW, "Let pass"),
    (Action.BLOCK, "Block the request"),
    (Action.ROUTE_LOCAL, "Keep on this machine"),
)
"""What may happen to a kind of value, in words."""

KNOWN_ACTIONS = frozenset(action for action, _ in ACTIONS)


def beside(form: Form, error: ConfigError, fields: Mapping[str, str]) -> Form:
    """Return ``form`` with what is wrong beside its field; ``fields`` are the fields by their setting's name
    without quotes.

    What is about no field of this form stands at the first one, with file and line.
    """
    if (name := fields.get(error.key.replace('"', ""))) is not None:
        return form.wrong(**{name: error.problem[:1].upper() + error.problem[1:].rstrip(".") + "."})
    return form.wrong(**{next(iter(fields.values())): sentence_of(error)})


def fraction(text: str) -> float | None:
    """Return the number from 0 to 1 that ``text`` says, with a point or a comma; ``None`` when it says none."""
    try:
        number = float(text.strip().replace(",", "."))
    except ValueError:
        return None
    return number if 0 <= number <= 1 else None
