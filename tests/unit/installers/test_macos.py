"""What the package for macOS says to launchd, the installer and Homebrew is well-formed and fits together."""

import plistlib
import re
import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from maskwire_daemon.platform import autostart, service_unit
from tests.arch.sources import ROOT

HERE = ROOT / "installers" / "macos"

LABELS = {service_unit.LABEL, autostart.LABEL}


@pytest.fixture(scope="module")
def agents(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("root")
    subprocess.run([sys.executable, str(HERE / "describe.py"), str(root)], check=True)
    return root / "Library" / "LaunchAgents"


def test_daemon_and_icon_are_started_at_login_by_the_installed_command(agents: Path) -> None:
    found = {file.name: plistlib.loads(file.read_bytes()) for file in agents.iterdir()}

    assert set(found) == {f"{label}.plist" for label in LABELS}
    for name, agent in found.items():
        assert f"{agent['Label']}.plist" == name
        assert agent["ProgramArguments"][0] == "/usr/local/bin/maskwire"
        assert agent["RunAtLoad"] is True
    assert found[f"{service_unit.LABEL}.plist"]["ProgramArguments"][1:] == ["up", "--headless"]


@pytest.mark.parametrize("script", ["scripts/preinstall", "scripts/postinstall", "uninstall.sh"])
def test_each_script_knows_both_agents(script: str) -> None:
    assert set(re.findall(r"io\.maskwire\.(?:daemon|tray)", (HERE / script).read_text())) == LABELS


def test_the_uninstaller_takes_back_what_a_person_must_before_the_program_is_gone() -> None:
    text = (HERE / "uninstall.sh").read_text()

    assert text.index("capture off") < text.index("rm -rf")
    assert text.index("trust uninstall --yes") < text.index("rm -rf")


def test_the_installer_names_the_package_that_is_built() -> None:
    build = (HERE / "build_pkg.sh").read_text()
    (package,) = [
        reference
        for reference in ET.parse(HERE / "distribution.xml").getroot().iter("pkg-ref")  # noqa: S314 - our own file
        if reference.text
    ]

    assert f"--identifier {package.get('id')} " in build
    assert f'"$work/{package.text}"' in build


def test_a_formula_is_filled_in(tmp_path: Path) -> None:
    archive = tmp_path / "maskwire-0.1.0.tar.gz"
    archive.write_bytes(b"")
    made = subprocess.run(
        ["sh", str(HERE / "make_formula.sh"), "https://example.org", "https://example.org/a.tar.gz", str(archive)],
        check=True,
        capture_output=True,
        text=True,
    ).stdout

    assert "@" not in re.sub(r"python@3\.13", "", made)
    assert 'sha256 "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"' in made
    opened = len(re.findall(r"^\s*(?:class|def|test do|service do)\b", made, re.MULTILINE))
    assert opened == len(re.findall(r"^\s*end$", made, re.MULTILINE))
    if ruby := shutil.which("ruby"):
        assert subprocess.run([ruby, "-c"], input=made, text=True, check=False).returncode == 0
