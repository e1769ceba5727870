"""What the deb says to systemd, desktops, shops and man is well-formed, and speaks of the same program."""

import configparser
import os
import re
import runpy
import subprocess
import sys
import tomllib
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from maskwire_daemon.cli.main import SUMMARIES
from tests.arch.sources import ROOT
from tests.e2e.lab import need

HERE = ROOT / "installers" / "linux"

INSTALLERS = ROOT / "installers"

SCRIPTS = sorted(
    [*INSTALLERS.rglob("*.sh"), *HERE.glob("debian/p*"), *INSTALLERS.glob("macos/scripts/*")],
)


def entry(text: str) -> configparser.SectionProxy:
    parser = configparser.ConfigParser(interpolation=None)
    parser.optionxform = str  # type: ignore[assignment, method-assign]
    parser.read_string(text)
    return parser["Desktop Entry"]


@pytest.fixture(scope="module")
def described(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("root")
    before = sys.argv
    sys.argv = ["describe.py", str(root)]
    try:
        runpy.run_path(str(HERE / "describe.py"), run_name="__main__")
    finally:
        sys.argv = before
    return root


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.relative_to(ROOT / "installers").as_posix())
def test_a_script_can_be_read_by_its_shell_and_run(script: Path) -> None:
    shell = script.read_text().splitlines()[0].removeprefix("#!").rpartition("/")[2].removeprefix("env ")
    called_by_another = script.name in ("maskwire.sh", "try_in_debian.sh") or script.parent.name == "debian"

    assert subprocess.run([shell, "-n", str(script)], check=False).returncode == 0
    assert os.access(script, os.X_OK) or called_by_another


def test_desktops_shops_and_shells_find_nothing_wrong(described: Path) -> None:
    launcher, icon = HERE / "io.maskwire.maskwire.desktop", described / "etc/xdg/autostart/maskwire-tray.desktop"
    for command in (
        [need("desktop-file-validate"), str(launcher), str(icon)],
        [need("appstreamcli"), "validate", "--no-net", str(HERE / "io.maskwire.maskwire.metainfo.xml")],
        [need("shellcheck"), *map(str, SCRIPTS)],
    ):
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


def test_the_package_starts_daemon_and_icon_by_the_installed_command(described: Path) -> None:
    unit = (described / "usr/lib/systemd/user/maskwire.service").read_text()
    icon = entry((described / "etc/xdg/autostart/maskwire-tray.desktop").read_text())

    assert 'ExecStart="/usr/bin/maskwire" "up" "--headless"\n' in unit
    assert icon["Exec"] == '"/usr/bin/maskwire" "tray"'
    assert "/usr/lib/maskwire/bin/maskwire-python -m maskwire_daemon" in (HERE / "maskwire.sh").read_text()


def test_the_manual_names_every_command(described: Path) -> None:
    page = (described / "usr/share/man/man1/maskwire.1").read_text()
    named = re.findall(r"^\.TP\n\.B (.*)$", page, re.MULTILINE)

    assert [name.replace("\\-", "-") for name in named] == list(SUMMARIES)


def test_desktops_and_shops_speak_of_the_same_program() -> None:
    desktop = entry((HERE / "io.maskwire.maskwire.desktop").read_text())
    shop = ET.parse(HERE / "io.maskwire.maskwire.metainfo.xml").getroot()  # noqa: S314 - our own file
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]

    assert shop.findtext("launchable") == "io.maskwire.maskwire.desktop"
    assert shop.findtext("icon") == desktop["Icon"]
    assert shop.findtext("name") == desktop["Name"]
    assert next(shop.iterfind("releases/release")).get("version") == version
    assert desktop["Exec"] == "/usr/bin/maskwire open"


def test_the_unit_of_the_maintainer_scripts_is_the_one_that_is_shipped(described: Path) -> None:
    (unit,) = (described / "usr/lib/systemd/user").glob("*.service")
    named = {
        name
        for script in ("postinst", "prerm", "postrm")
        for name in re.findall(r"[\w-]+\.service", (HERE / "debian" / script).read_text())
    }

    assert named == {unit.name}
