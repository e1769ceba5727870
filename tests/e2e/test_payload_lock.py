"""What the installers ship is what the lock file names: asks the package registry, and installs nothing."""

from pathlib import Path

from tests.unit.installers.test_payload import load


def test_everything_locked_can_be_installed_by_hash(tmp_path: Path) -> None:
    load().install_locked(tmp_path / "site", "--dry-run")

    assert list(tmp_path.rglob("*.dist-info")) == []
