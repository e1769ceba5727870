"""What each store would run, which is all that can be tested where the system is another one."""

import subprocess
from pathlib import Path

import pytest

from maskwire_daemon.trust.stores.java import java_stores
from maskwire_daemon.trust.stores.macos import SYSTEM_KEYCHAIN, keychain_stores
from maskwire_daemon.trust.stores.nss import nss_stores
from maskwire_daemon.trust.stores.store import Root, Store
from maskwire_daemon.trust.stores.system import LAYOUTS, Layout, system_store
from maskwire_daemon.trust.stores.windows import windows_stores


def nothing(arguments: tuple[str, ...]) -> None:
    del arguments


def installing(store: Store, root: Root) -> list[tuple[str, ...]]:
    return [command.arguments for command in store.installing(root)]


def uninstalling(store: Store, root: Root) -> list[tuple[str, ...]]:
    return [command.arguments for command in store.uninstalling(root)]


def test_a_root_is_named_after_its_fingerprint(root: Root) -> None:
    told = subprocess.run(
        ["openssl", "x509", "-in", root.file, "-noout", "-fingerprint", "-sha256", "-serial"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.lower()

    assert root.sha256 in told.replace(":", "")
    assert f"serial={root.serial.zfill(len(root.serial) + len(root.serial) % 2)}" in told
    assert root.name == f"maskwire-{root.sha256[:12]}"


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.family)
def test_the_system_copies_and_rebuilds(layout: Layout, root: Root, tmp_path: Path) -> None:
    (tmp_path / layout.folder.removeprefix("/")).mkdir(parents=True)
    store = system_store(tmp_path)

    assert store is not None
    assert store.layout is layout
    target = f"{tmp_path}{layout.folder}/{root.name}{layout.suffix}"
    assert installing(store, root) == [("install", "-m", "644", str(root.file), target), layout.refresh]
    assert uninstalling(store, root) == [("rm", "-f", target), layout.refresh]
    assert all(command.root for command in store.installing(root))


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.family)
def test_the_system_trusts_what_its_bundle_holds(layout: Layout, root: Root, tmp_path: Path) -> None:
    (tmp_path / layout.folder.removeprefix("/")).mkdir(parents=True)
    store = system_store(tmp_path)
    assert store is not None
    assert not store.holds(root)

    bundle = tmp_path / layout.bundle.removeprefix("/")
    bundle.parent.mkdir(parents=True, exist_ok=True)
    bundle.write_text(f"# others\n{root.pem}\n")

    assert store.holds(root)


def test_an_unknown_system_has_no_store(tmp_path: Path) -> None:
    assert system_store(tmp_path) is None


def test_a_browser_that_never_ran_gets_a_database(root: Root, tmp_path: Path) -> None:
    [store] = nss_stores(tmp_path, nothing)

    assert [arguments[0] for arguments in installing(store, root)] == ["mkdir", "certutil", "certutil"]


def test_every_profile_is_found(tmp_path: Path) -> None:
    for folder in (".pki/nssdb", ".mozilla/firefox/ab.default", ".mozilla/firefox/cd.other", ".mozilla/firefox/empty"):
        (tmp_path / folder).mkdir(parents=True)
        if not folder.endswith("empty"):
            (tmp_path / folder / "cert9.db").touch()

    assert [(s.name, Path(s.where).name) for s in nss_stores(tmp_path, nothing)] == [
        ("Chromium, Chrome, Edge", "nssdb"),
        ("Firefox", "ab.default"),
        ("Firefox", "cd.other"),
    ]


def test_keychains_trust_for_tls_alone(root: Root, tmp_path: Path) -> None:
    login, system = keychain_stores(tmp_path, nothing)
    keychain = str(tmp_path / "Library/Keychains/login.keychain-db")

    assert installing(login, root) == [
        ("security", "add-trusted-cert", "-r", "trustRoot", "-p", "ssl", "-k", keychain, str(root.file))
    ]
    assert [arguments[1] for arguments in uninstalling(login, root)] == ["remove-trusted-cert", "delete-certificate"]
    assert "-d" in installing(system, root)[0]
    assert (login.system, system.system, system.where) == (False, True, SYSTEM_KEYCHAIN)


def test_a_keychain_is_believed_when_it_lists_and_verifies(root: Root, tmp_path: Path) -> None:
    def mac(arguments: tuple[str, ...]) -> str | None:
        listed = f"SHA-256 hash: {root.sha256.upper()}\n"
        return {"find-certificate": listed, "verify-cert": ""}.get(arguments[1])

    assert keychain_stores(tmp_path, mac)[0].holds(root)
    assert not keychain_stores(tmp_path, nothing)[0].holds(root)


def test_windows_names_the_certificate_by_its_serial(root: Root) -> None:
    mine, everyones = windows_stores(nothing)

    assert installing(mine, root) == [("certutil.exe", "-user", "-addstore", "Root", str(root.file))]
    assert uninstalling(everyones, root) == [("certutil.exe", "-delstore", "Root", root.serial)]
    assert (mine.system, everyones.system) == (False, True)


def test_java_is_changed_where_its_store_is_its_own(root: Root, tmp_path: Path) -> None:
    file = tmp_path / "jdk" / "lib" / "security" / "cacerts"
    file.parent.mkdir(parents=True)
    file.touch()
    (tmp_path / "linked" / "lib" / "security").mkdir(parents=True)
    (tmp_path / "linked" / "lib" / "security" / "cacerts").symlink_to(file)

    [store] = java_stores({"JAVA_HOME": str(tmp_path / "jdk")}, nothing)

    assert "-importcert" in installing(store, root)[0]
    assert list(java_stores({"JAVA_HOME": str(tmp_path / "linked")}, nothing)) == []
    assert list(java_stores({}, nothing)) == []
