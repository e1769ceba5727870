"""Setup and MSI name what the payload holds and what maskwire itself looks for."""

import re
from xml.etree import ElementTree as ET

from maskwire_daemon.platform import autostart, runkey
from tests.arch.sources import ROOT

HERE = ROOT / "installers" / "windows"

SETUP = (HERE / "maskwire.nsi").read_text()

SPACE = {"w": "http://schemas.microsoft.com/wix/2006/wi"}

PACKAGE = ET.parse(HERE / "maskwire.wxs").getroot()  # noqa: S314 - our own file


def test_the_icon_is_switched_by_the_entry_that_the_setup_writes() -> None:
    (run,) = re.findall(r'!define RUN "(.*)"', SETUP)
    written = re.findall(r'WriteRegStr HKCU "\$\{RUN\}" "(.*?)" \'(.*)\'', SETUP)

    assert run == runkey.RUN_KEY
    assert [name for name, _ in written] == [autostart.NAME]
    assert written[0][1].endswith('maskwire-python.exe" -m maskwire_daemon tray')


def test_what_the_setup_writes_the_uninstaller_removes() -> None:
    install, uninstall = SETUP.split('Section "Uninstall"')

    assert re.search(rf'DeleteRegValue HKCU "\$\{{RUN\}}" "{autostart.NAME}"', uninstall)
    assert 'DeleteRegKey HKCU "${UNINSTALL}"' in uninstall
    for place in re.findall(r'(?:FileOpen \$1|CreateShortcut) "(.*?)"', install):
        assert f'Delete "{place}"' in uninstall


def test_the_uninstaller_takes_back_settings_before_files() -> None:
    uninstall = SETUP.split('Section "Uninstall"')[1]
    calls = re.findall(r'!insertmacro Maskwire "(.*)"', uninstall)

    assert calls == ["capture off", "service uninstall", "down", "trust uninstall --yes"]
    assert uninstall.rindex("insertmacro") < uninstall.index("RMDir")


def test_the_msi_starts_the_daemon_for_everybody() -> None:
    (entry,) = [
        value
        for value in PACKAGE.iterfind(".//w:RegistryValue", SPACE)
        if value.get("Key") == runkey.RUN_KEY and value.get("Root") == "HKLM"
    ]

    assert (entry.get("Value") or "").endswith('[INSTALLDIR]maskwire-python.exe" -m maskwire_daemon up')
    assert [part.get("Id") for part in PACKAGE.iterfind(".//w:ComponentGroupRef", SPACE)] == ["Payload"]
