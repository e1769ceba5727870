"""A part of the dashboard: its place in the navigation and its routes. Sans-IO."""

from dataclasses import dataclass

from starlette.routing import Route


@dataclass(frozen=True, slots=True)
class Section:
    """One entry of the navigation. ``path`` is where it leads; ``icon`` names a symbol of ``icons.html``."""

    title: str
    path: str
    icon: str
    routes: tuple[Route, ...]

    def holds(self, path: str) -> bool:
        """Tell whether the page at ``path`` belongs to this section."""
        return _root(path) in {_root(route.path) for route in self.routes}


def _root(path: str) -> str:
    """Return the first part of a path; nothing for the first page."""
    return path.split("/")[1]
