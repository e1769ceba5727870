from collections.abc import Sequence
from pathlib import Path

import pytest

from maskwire_daemon.trust.installing import Installer, TrustFailed, run
from maskwire_daemon.trust.stores.store import Command, Root


class Shelf:
    """A store that is a folder."""

    name = "shelf"
    system = False

    def __init__(self, folder: Path) -> None:
        folder.mkdir(exist_ok=True)
        self.where = str(folder)

    def holds(self, root: Root) -> bool:
        return (Path(self.where) / root.name).exists()

    def installing(self, root: Root) -> Sequence[Command]:
        return (Command("copy it", ("cp", str(root.file), f"{self.where}/{root.name}")),)

    def uninstalling(self, root: Root) -> Sequence[Command]:
        return (Command("remove it", ("rm", f"{self.where}/{root.name}")),)


def test_what_was_installed_is_undone_and_forgotten(root: Root, tmp_path: Path) -> None:
    shelves = [Shelf(tmp_path / "a"), Shelf(tmp_path / "b")]
    before = sorted(tmp_path.rglob("*"))
    installer = Installer(tmp_path / "data", run)

    installer.install(root, shelves)
    assert all(shelf.holds(root) for shelf in shelves)
    assert len(installer.plan_uninstall(shelves)) == 2

    assert installer.uninstall(shelves) == 2
    assert set(tmp_path.rglob("*")) == {*before, tmp_path / "data"}
    assert installer.uninstall(shelves) == 0


def test_it_is_undone_after_the_authority_is_gone(root: Root, tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "a")
    installer = Installer(tmp_path / "data", run)
    installer.install(root, [shelf])
    root.file.unlink()

    assert installer.uninstall([shelf]) == 1
    assert not shelf.holds(root)


def test_a_change_that_was_cut_off_is_on_record(root: Root, tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "a")

    def cut_off(command: Command) -> None:
        run(command)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Installer(tmp_path / "data", cut_off).install(root, [shelf])

    assert Installer(tmp_path / "data", run).uninstall([shelf]) == 1
    assert not shelf.holds(root)


def test_what_somebody_else_removed_is_no_error(root: Root, tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "a")
    installer = Installer(tmp_path / "data", run)
    installer.install(root, [shelf])
    (tmp_path / "a" / root.name).unlink()

    assert installer.uninstall([shelf]) == 0
    assert installer.plan_uninstall([shelf]) == []


def test_a_store_that_cannot_be_undone_stays_on_record(root: Root, tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "a")
    Installer(tmp_path / "data", run).install(root, [shelf])

    def refuses(command: Command) -> None:
        raise TrustFailed(command.said)

    with pytest.raises(TrustFailed):
        Installer(tmp_path / "data", refuses).uninstall([shelf])

    assert Installer(tmp_path / "data", run).uninstall([shelf]) == 1


def test_a_failure_names_the_program_and_its_reason(tmp_path: Path) -> None:
    with pytest.raises(TrustFailed, match=r"cp could not copy it: cp: .*No such file"):
        run(Command("copy it", ("cp", str(tmp_path / "none"), str(tmp_path / "there"))))


def test_a_missing_program_is_named(tmp_path: Path) -> None:
    del tmp_path
    with pytest.raises(TrustFailed, match="no-such-tool is missing"):
        run(Command("do it", ("no-such-tool",)))
