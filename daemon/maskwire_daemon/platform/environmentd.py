"""Variables for every program of a session, in a file of our own that systemd reads at login.

They hold for programs that start after the next login; what already runs keeps what it has.
Source: https://www.freedesktop.org/software/systemd/man/latest/environment.d.html
"""

import contextlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from maskwire.errors import ControlError
from maskwire_daemon.paths import write_private
from maskwire_daemon.platform.system_proxy import Run, Values, Way

FILE = "60-maskwire.conf"
"""Late in the order of names, so that a distribution's own file does not come after it."""

_HEADER = "# Written by maskwire; `maskwire capture off environment` removes it.\n"

_SPECIAL = str.maketrans({"\\": r"\\", '"': r"\"", "`": r"\`", "$": "$$"})
"""Characters that mean something inside double quotes; a dollar is read once more after those."""

_LINE = re.compile(r'^(\w+)="(.*)"$', re.MULTILINE)


@dataclass(frozen=True)
class EnvironmentFile:
    """The whole file is one setting."""

    file: Path
    run: Run
    name: str = "environment"

    @classmethod
    def of(cls, environ: Mapping[str, str], run: Run) -> "EnvironmentFile":
        """Return the file of the person whose environment it is."""
        folder = Path(environ.get("XDG_CONFIG_HOME") or Path(environ.get("HOME", "~")).expanduser() / ".config")
        return cls(folder / "environment.d" / FILE, run)

    def read(self) -> Values:
        """Return the file's text."""
        try:
            return {FILE: self.file.read_text(encoding="utf-8")}
        except FileNotFoundError:
            return {FILE: None}
        except (OSError, UnicodeError) as e:
            raise ControlError(f"{self.file} cannot be read ({type(e).__name__})") from e

    def wanted(self, way: Way) -> Values:
        """Return the file for these variables."""
        lines = (f'{name}="{_quote(value)}"\n' for name, value in sorted(way.variables.items()))
        return {FILE: _HEADER + "".join(lines)}

    def write(self, values: Values) -> None:
        """Replace or remove the file; take variables that it set out of the running session."""
        for text in values.values():
            try:
                if text is None:
                    self._take_back()
                    self.file.unlink(missing_ok=True)
                else:
                    self.file.parent.mkdir(parents=True, exist_ok=True)
                    write_private(self.file, text)
            except OSError as e:
                raise ControlError(f"{self.file} cannot be written ({type(e).__name__})") from e

    def other(self, values: Values) -> str:
        """Return nothing: the file is ours alone."""
        del values
        return ""

    def _take_back(self) -> None:
        """Unset in the session's manager what still has our value, so that new programs go their own way again."""
        ours = dict(_LINE.findall(self.read()[FILE] or ""))
        with contextlib.suppress(ControlError):  # no manager of this session runs: nothing to take back
            now = dict(
                line.partition("=")[::2] for line in self.run(("systemctl", "--user", "show-environment")).splitlines()
            )
            names = [name for name, value in ours.items() if name in now and _quote(now[name].strip("$'")) == value]
            if names:
                self.run(("systemctl", "--user", "unset-environment", *names))


def _quote(value: str) -> str:
    return value.translate(_SPECIAL)
