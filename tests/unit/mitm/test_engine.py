import json
import subprocess
import sys

import pytest

from maskwire.mitm.engine import bare_addons

REPORT = """
import json, os, sys
import maskwire.mitm.engine as engine
loaded = sorted(m for m in sys.modules if m.startswith("mitmproxy.addons."))
package = "mitmproxy.addons" in sys.modules
import mitmproxy.addons
print(json.dumps({
    "left": [n for n in engine.KEY_LOGS if n in os.environ],
    "keylog": engine.net_tls.log_master_secret is not None,
    "addons": loaded,
    "stand_in_left": package,
    "real": len(mitmproxy.addons.default_addons()),
    "same": mitmproxy.addons.core.Core is engine.Core,
}))
"""


@pytest.fixture(scope="module")
def report() -> dict[str, object]:
    """What a fresh process sees after importing the engine, then the real package."""
    env = {"SSLKEYLOGFILE": "keys.log", "MITMPROXY_SSLKEYLOGFILE": "keys.log", "PYTHONPATH": ":".join(sys.path)}
    done = subprocess.run([sys.executable, "-c", REPORT], env=env, capture_output=True, text=True, check=True)
    found: dict[str, object] = json.loads(done.stdout)
    return found


def test_no_variable_makes_it_write_tls_secrets(report: dict[str, object]) -> None:
    assert (report["left"], report["keylog"]) == ([], False)


def test_only_the_addons_we_use_are_imported(report: dict[str, object]) -> None:
    """``termlog`` is imported by the Master itself."""
    names = {"core", "disable_h2c", "next_layer", "proxyserver", "termlog", "tlsconfig", "upstream_auth"}

    assert report["addons"] == [f"mitmproxy.addons.{name}" for name in sorted(names)]


def test_the_real_package_can_be_imported_afterwards(report: dict[str, object]) -> None:
    assert (report["stand_in_left"], report["same"]) == (False, True)
    assert isinstance(report["real"], int)
    assert report["real"] > 20


def test_a_package_that_is_there_already_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    marker = type(sys)("mitmproxy.addons")
    monkeypatch.setitem(sys.modules, "mitmproxy.addons", marker)

    with bare_addons():
        assert sys.modules["mitmproxy.addons"] is marker
    assert sys.modules["mitmproxy.addons"] is marker
