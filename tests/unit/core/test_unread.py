"""Parts of libraries that are read when they are used, and not before."""

import subprocess
import sys
from pathlib import Path

PAGE = """
import some_library.part
from some_library.part import double, Kind

def twice(x):
    return double(x), some_library.part.double(x), Kind.name
"""

PART = """
print("read")

def double(x):
    return 2 * x

class Kind:
    name = "kind"
"""


def ran(folder: Path, code: str) -> list[str]:
    """Return the lines that ``code`` prints in a fresh interpreter that finds the library."""
    package = folder / "some_library"
    package.mkdir()
    (package / "__init__.py").write_text(PAGE)
    (package / "part.py").write_text(PART)
    start = f"import sys\nsys.path.insert(0, {str(folder)!r})\nfrom maskwire.unread import standing, unread\n"
    done = subprocess.run([sys.executable, "-c", start + code], capture_output=True, text=True, check=True, timeout=120)
    return done.stdout.splitlines()


STANDING = "with standing(unread('some_library.part')):\n    import some_library\n"


def test_a_part_is_read_when_it_is_used(tmp_path: Path) -> None:
    lines = ran(tmp_path, STANDING + "print('before')\nprint(some_library.twice(4))")

    assert lines == ["before", "read", "(8, 8, 'kind')"]


def test_whoever_imports_a_part_gets_the_real_one(tmp_path: Path) -> None:
    lines = ran(tmp_path, STANDING + "import some_library.part\nprint(some_library.part.__file__.endswith('part.py'))")

    assert lines == ["read", "True"]


def test_a_part_that_was_read_already_stays(tmp_path: Path) -> None:
    lines = ran(tmp_path, "import some_library.part as real\n" + STANDING + "print(some_library.part is real)")

    assert lines == ["read", "True"]


def test_none_stands_for_what_cannot_be_imported(tmp_path: Path) -> None:
    code = "with standing({'some_library': None}):\n    try:\n        import some_library\n    except ImportError:\n"
    lines = ran(tmp_path, code + "        print('not there')\nimport some_library.part")

    assert lines == ["not there", "read"]


def test_what_mitmproxy_left_unread_still_works() -> None:
    code = """
import io, sys
from maskwire.mitm.engine import Options
from mitmproxy import optmanager
import pyparsing
print("ruamel.yaml" in sys.modules, "unittest" in sys.modules)
options = Options(listen_port=8123)
written = io.StringIO()
optmanager.serialize(options, written, "")
print(written.getvalue().strip(), optmanager.parse("listen_port: 8124")["listen_port"])
print(hasattr(pyparsing.testing, "reset_pyparsing_context"))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120)

    assert done.stdout.splitlines() == ["False False", "listen_port: 8123 8124", "True"]
