"""GNOME's proxy settings, through ``gsettings``.

Source: https://gitlab.gnome.org/GNOME/gsettings-desktop-schemas/-/blob/master/schemas/org.gnome.system.proxy.gschema.xml.in
"""

import ast
import contextlib
from collections.abc import Mapping

from maskwire_daemon.platform.system_proxy import LOCAL, Run, Values, Way

SCHEMA = "org.gnome.system.proxy"

_LIST = ("gsettings", "list-recursively", SCHEMA)

_LIST_DEFAULTS = ("env", "GSETTINGS_BACKEND=memory", *_LIST)
"""With an empty database every key shows its default."""


class GnomeProxy:
    """Keys are ``schema name``, as ``gsettings`` lists them; values are spelled as GVariant texts."""

    name = "gnome"

    def __init__(self, run: Run) -> None:
        self._run = run

    def read(self) -> Values:
        """Return the settings as they are now; one that has its default counts as not set."""
        return self._without_defaults(_listed(self._run(_LIST)))

    def wanted(self, way: Way) -> Values:
        """Return what leads to ``way``."""
        if way.pac_url:
            return {f"{SCHEMA} autoconfig-url": f"'{way.pac_url}'", f"{SCHEMA} mode": "'auto'"}  # none is a default
        places = {
            f"{SCHEMA}.{scheme} {part}": value
            for scheme in ("http", "https")
            for part, value in (("host", f"'{way.host}'"), ("port", str(way.port)))
        }
        return self._without_defaults(
            {f"{SCHEMA} ignore-hosts": repr(list(LOCAL)), **places, f"{SCHEMA} mode": "'manual'"}
        )

    def write(self, values: Values) -> None:
        """Set or reset the settings of these names."""
        for key, value in values.items():
            schema, name = key.split(" ")
            if value is None:
                self._run(("gsettings", "reset", schema, name))
            else:
                self._run(("gsettings", "set", schema, name, value))

    def other(self, values: Values) -> str:
        """Return the proxy or script that is switched on."""
        mode = _text(values.get(f"{SCHEMA} mode"))
        if mode == "auto":
            return _text(values.get(f"{SCHEMA} autoconfig-url")) or "automatic discovery"
        if mode == "manual":
            host, port = (values.get(f"{SCHEMA}.https {part}") for part in ("host", "port"))
            return f"{_text(host)}:{port}" if host else "a proxy"
        return ""

    def _without_defaults(self, values: Mapping[str, str]) -> Values:
        defaults = _listed(self._run(_LIST_DEFAULTS))
        return {key: None if value == defaults.get(key) else value for key, value in values.items()}


def _listed(output: str) -> dict[str, str]:
    """Return ``schema name`` and value of each line."""
    found: dict[str, str] = {}
    for line in output.splitlines():
        schema, _, rest = line.partition(" ")
        name, _, value = rest.partition(" ")
        found[f"{schema} {name}"] = value
    return found


def _text(variant: str | None) -> str:
    """Return the string that a GVariant text spells, ``""`` for anything else."""
    with contextlib.suppress(ValueError, SyntaxError):
        found = ast.literal_eval(variant or "''")
        return found if isinstance(found, str) else ""
    return ""
