"""A row of the table of surfaces, and how its path pattern is matched. Sans-IO."""

import re
from dataclasses import dataclass, field

from maskwire.wire.opaque import PASSING
from maskwire.wire.refusals import Shape
from maskwire.wire.surface import Format, Surface, Treatment

_VARIABLE = re.compile(r"\\\{(\w+)(\.\.\.)?\\\}")


def _compile(pattern: str) -> re.Pattern[str]:
    def variable(match: re.Match[str]) -> str:
        return f"(?P<{match[1]}>{'.+' if match[2] else '[^/:]+'})"

    return re.compile(_VARIABLE.sub(variable, re.escape(pattern).replace(r"\.\.\.", "...")))


@dataclass(frozen=True, slots=True)
class Row:
    """Requests with one of ``methods`` (space-separated) to ``path`` at one of ``providers`` are ``id``.

    In ``path``, ``{name}`` stands for a run without ``/`` and ``:``, ``{name...}`` for any run; ``{model}``
    is taken as the model's name. The host is one of the providers' hosts.
    """

    id: str
    providers: tuple[str, ...]
    methods: str
    path: str
    format: Format = PASSING
    treatment: Treatment = Treatment.MASK
    shape: Shape = Shape.OPENAI
    why: str = ""
    validated: str = ""
    streamed: bool = False
    _match: re.Pattern[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_match", _compile(self.path))

    def surface(self, method: str, path: str, provider: str) -> Surface | None:
        """Return the surface if ``path`` (without query) is this row's, else ``None``."""
        if method not in self.methods.split() or (found := self._match.fullmatch(path)) is None:
            return None
        return Surface(
            id=self.id,
            provider=provider,
            treatment=self.treatment,
            format=self.format,
            shape=self.shape,
            route=self.path,
            why=self.why,
            validated=self.validated,
            streamed=self.streamed,
            path_model=found.groupdict().get("model") or "",
        )
