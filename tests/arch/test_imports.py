"""Who may import what: heavy libraries where they are needed, and in the processes that need them."""

import subprocess
import sys

import pytest

from tests.arch.sources import imports_package, product

HOMES = {
    "mitmproxy": ("maskwire.mitm", "maskwire_daemon.proxy"),
    "presidio_analyzer": ("maskwire.detect.names",),
    "spacy": ("maskwire.detect.names",),
    "pystray": ("maskwire_tray.toolkit",),
    "dbus_fast": ("maskwire_tray.sni", "maskwire_tray.desktop"),
    "PIL": ("maskwire_tray.icons", "maskwire_tray.sni"),
    "redis": ("maskwire_daemon.store",),
    "sqlite_utils": ("maskwire_daemon.store",),
    "keyring": ("maskwire_daemon.store",),
    "pypdf": ("maskwire.wire.attachments.pdf",),
    "jinja2": ("maskwire_daemon.web",),
    "re2": ("maskwire.detect", "maskwire.tokens"),
}
"""Libraries and the modules, or families of modules, that alone may import them."""


@pytest.mark.parametrize("library", HOMES)
def test_a_library_is_imported_in_its_home_alone(library: str) -> None:
    outside = [
        source.name
        for source in product()
        if imports_package(source, library) and not source.module.startswith(HOMES[library])
    ]

    assert outside == []


def modules_after(code: str) -> set[str]:
    """Return the names of all modules that are loaded after ``code`` ran in a fresh interpreter."""
    show = f"import sys\n{code}\nprint('\\nloaded:', *sys.modules)"
    ran = subprocess.run([sys.executable, "-c", show], capture_output=True, text=True, check=True, timeout=60)
    return set(ran.stdout.rsplit("loaded:", 1)[1].split())


HEAVY = {"mitmproxy", "spacy", "presidio_analyzer", "starlette", "uvicorn", "numpy", "thinc"}

SLOW = HEAVY | {"sqlite_utils", "cryptography", "pydantic", "asyncio", "re2", "rich", "jinja2"}
"""What a command that only asks the daemon can do without: it answers within a blink of an eye."""

COMMANDS = {
    "status": SLOW,
    "events": SLOW,
    "pause 1": SLOW,
    "resume": SLOW,
    "down": SLOW,
    "hosts": HEAVY,
    "mask": HEAVY,
}
"""Commands and what they must not load; the last two do their work themselves when no daemon runs."""


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_loads_no_more_than_it_needs(command: str) -> None:
    ask = f"from maskwire_daemon.cli.main import main; main({command.split()!r})"
    home = "import os, tempfile, io; os.environ['MASKWIRE_HOME'] = tempfile.mkdtemp(); sys.stdin = io.StringIO()\n"

    assert modules_after(home + ask) & COMMANDS[command] == set()


PURE = ("tokens", "spans", "session", "masker", "policy", "guard", "exchange", "vault", "wire.formats", "stream")


@pytest.mark.parametrize("module", PURE)
def test_the_pure_core_reaches_no_io_of_ours(module: str) -> None:
    loaded = modules_after(f"import maskwire.{module}")

    assert loaded & (HEAVY | {"sqlite3", "asyncio", "maskwire_daemon", "maskwire_client"}) == set()


FORBIDDEN_IN_CORE = ("asyncio", "logging", "socket", "sqlite3", "threading", "time", "random", "secrets")


def test_the_pure_core_names_no_clock_socket_or_chance() -> None:
    pure = [
        source
        for source in product()
        if source.module.startswith("maskwire.") and not source.module.startswith(("maskwire.mitm", "maskwire.detect"))
    ]
    found = [(s.name, name) for s in pure for name in FORBIDDEN_IN_CORE if imports_package(s, name)]

    assert len(pure) > 20
    assert found == []


def test_the_proxy_process_loads_no_language_model() -> None:
    loaded = modules_after("import maskwire_daemon.service, maskwire_daemon.proxy")

    assert "mitmproxy" in loaded
    assert loaded & {"spacy", "presidio_analyzer", "thinc", "torch"} == set()


def test_the_worker_process_loads_no_proxy() -> None:
    loaded = modules_after("import maskwire_daemon.detection.worker_main")

    assert loaded & {"mitmproxy", "starlette", "uvicorn", "keyring", "sqlite3"} == set()


def test_the_client_and_the_tray_need_no_third_party() -> None:
    client = [s for s in product() if s.module.startswith("maskwire_client")]
    known = sys.stdlib_module_names | {"maskwire_client"}
    foreign = [(s.name, n) for s in client for n in s.imports() if n.partition(".")[0] not in known]

    assert client
    assert foreign == []
