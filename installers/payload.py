"""Builds the folder that the installers ship: a Python of its own, maskwire and what it needs. IO: that folder.

The folder can stand anywhere. It holds the interpreter that runs this script, renamed to ``maskwire-python``, with a
``._pth`` file beside it: such an interpreter reads no ``PYTHON*`` variable and no other site folder, so nothing that a
person has set up for their own Python can change or break it. Packages come from ``uv.lock``, checked by hash.

Run it by the Python to be shipped (3.12 to 3.14, built with a shared library); needs ``uv``, and on Linux ``patchelf``
and ``strip``:

    python3.13 installers/payload.py build/payload

Source: https://docs.python.org/3/using/windows.html#finding-modules (the ``._pth`` file, which every system follows)
"""

import argparse
import compileall
import os
import py_compile
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import zipfile
from collections.abc import Iterator
from email.parser import HeaderParser
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

NAME = "maskwire-python"
"""The interpreter's file name: what a process list shows."""

VERSION = f"{sys.version_info.major}.{sys.version_info.minor}"

WINDOWS = sys.platform == "win32"

NOT_SHIPPED = frozenset(
    {"test", "tests", "idlelib", "turtledemo", "tkinter", "lib2to3", "ensurepip", "site-packages", "__pycache__"}
)
"""Folders of the standard library and of packages that nothing of ours imports."""

NOT_COPIED = ("config-*", "_tkinter*", "_test*", "_xxtest*", "_ctypes_test*", "xx*", *NOT_SHIPPED)
"""What of the interpreter is left out: the same, and modules that only its own tests need."""

BUILD_TOOLS = ("bin", "pip", "setuptools", "pkg_resources", "_distutils_hack", "distutils-precedence.pth")
"""What packages bring along in order to be built."""

SOURCES = frozenset({".c", ".cpp", ".h", ".hpp", ".pxd", ".pyi", ".pyx"})
"""Endings of files that a compiler reads and a running program does not."""

SELF_CHECK = """
import ctypes, pathlib, sys
site = pathlib.Path(sys.argv[1])
assert sys.flags.isolated, "the ._pth file is not followed"
for library in site.rglob("*.so*"):
    if ".libs" not in library.parent.name:
        ctypes.CDLL(str(library))
"""
"""Loads every extension; with their own libraries, which the loader finds by itself."""


def main() -> None:
    """Build it."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("target", type=Path, help="the folder to make; must not exist")
    target: Path = parser.parse_args().target.resolve()
    target.mkdir(parents=True)
    interpreter = copy_interpreter(target)
    install_packages(target / "site")
    prune(target)
    write_licences(target / "site", target / "THIRD-PARTY.txt")
    if sys.platform == "linux":
        strip(target)
    for folder in libraries(target):
        compile_all(folder)
    check(interpreter, target / "site")
    size = sum(file.stat().st_size for file in target.rglob("*") if file.is_file())
    sys.stdout.write(f"{target}: {size / 1e6:.0f} MB, works\n")


def copy_interpreter(target: Path) -> Path:
    """Copy the running Python without what is not shipped; return the new executable."""
    base, shipped = Path(sys.base_prefix), shutil.ignore_patterns(*NOT_COPIED)
    if WINDOWS:
        shutil.copytree(base / "Lib", target / "Lib", ignore=shipped)
        shutil.copytree(base / "DLLs", target / "DLLs", ignore=shipped)
        for library in base.glob("*.dll"):
            shutil.copy2(library, target)
        executable = target / f"{NAME}.exe"
        shutil.copy2(base / "python.exe", executable)
        paths: tuple[str, ...] = ("Lib", "DLLs", "site")
        (target / "maskwire.cmd").write_text(f'@"%~dp0{NAME}.exe" -m maskwire_daemon %*\r\n', encoding="ascii")
    else:
        shutil.copytree(base / "lib" / f"python{VERSION}", target / "lib" / f"python{VERSION}", ignore=shipped)
        executable = target / "bin" / NAME
        executable.parent.mkdir()
        shutil.copy2(base / "bin" / f"python{VERSION}", executable)
        for library in (base / "lib").glob(f"libpython{VERSION}*.dylib"):  # macOS
            shutil.copy2(library, target / "lib")
        if sys.platform == "linux":
            _make_movable(executable, target / "lib")
        paths = (f"../lib/python{VERSION}", f"../lib/python{VERSION}/lib-dynload", "../site")
    executable.with_suffix("._pth").write_text("\n".join(paths) + "\n", encoding="utf-8")
    return executable


def _make_movable(executable: Path, folder: Path) -> None:
    """Copy Python's shared library, if it has one, and take the folders of its build out of executable and modules."""
    if sysconfig.get_config_var("Py_ENABLE_SHARED"):
        shutil.copy2(Path(sysconfig.get_config_var("LIBDIR")) / sysconfig.get_config_var("INSTSONAME"), folder)
    for library in folder.rglob("*.so*"):
        run("patchelf", "--remove-rpath", str(library))
    run("strip", "--strip-unneeded", str(executable))
    run("patchelf", "--set-rpath", "$ORIGIN/../lib", str(executable))


def install_locked(site: Path, *options: str) -> None:
    """Install what the lock file names, checked by hash."""
    with tempfile.TemporaryDirectory() as folder:
        wanted = Path(folder) / "requirements.txt"
        exported = ("--frozen", "--no-dev", "--no-emit-project", "--quiet", "--output-file", str(wanted))
        run("uv", "export", "--project", str(ROOT), *exported)
        # copies, since what is stripped later must not be the files that uv shares between environments; no
        # configuration, since what was exported holds its constraints, and one more without a hash is refused
        into = ("--quiet", "--no-config", "--link-mode=copy", "--python", sys.executable, "--target", str(site))
        checked = ("--require-hashes", "--only-binary", ":all:", "--requirement", str(wanted))
        run("uv", "pip", "install", *into, *checked, *options)


def install_packages(site: Path) -> None:
    """Install what the lock file names, and maskwire itself."""
    install_locked(site)
    with tempfile.TemporaryDirectory() as folder:
        run("uv", "build", "--quiet", "--python", sys.executable, "--wheel", "--out-dir", folder, str(ROOT))
        (wheel,) = Path(folder).glob("maskwire-*.whl")
        with zipfile.ZipFile(wheel) as packed:
            packed.extractall(site)


def prune(target: Path) -> None:
    """Take out build tools, tests and sources for compilers."""
    site = target / "site"
    for name in BUILD_TOOLS:
        _remove(site / name)
    for name in ("pip", "setuptools"):
        for metadata in site.glob(f"{name}-*.dist-info"):
            _remove(metadata)
    for folder in [f for f in site.rglob("*") if f.is_dir() and f.name in NOT_SHIPPED]:
        _remove(folder)
    for file in [f for f in site.rglob("*") if f.suffix in SOURCES]:
        file.unlink()


def strip(target: Path) -> None:
    """Take debugging symbols out; libraries that wheels bring along are left, since some do not load afterwards."""
    for file in target.rglob("*.so*"):
        if file.is_file() and ".libs" not in file.parent.name:
            run("strip", "--strip-unneeded", str(file))


def libraries(target: Path) -> Iterator[Path]:
    """Yield the folders with Python code."""
    yield target / "site"
    yield target / "Lib" if WINDOWS else target / "lib" / f"python{VERSION}"


def compile_all(folder: Path) -> None:
    """Write byte code that holds whatever the files' times are: nobody but root can write it later."""
    mode = py_compile.PycInvalidationMode.UNCHECKED_HASH
    place = str(folder.relative_to(folder.parent))
    compileall.compile_dir(folder, ddir=place, quiet=2, workers=1, invalidation_mode=mode)


def write_licences(site: Path, file: Path) -> None:
    """List every package with its version and licence, as its metadata says them."""
    lines = ["Packages in this folder, with the licences that their metadata names. Texts are beside the metadata.", ""]
    for metadata in sorted(site.glob("*.dist-info/METADATA")):
        head = HeaderParser().parsestr(metadata.read_text(encoding="utf-8"))
        classified = [c.rpartition(" :: ")[2] for c in head.get_all("Classifier", []) if c.startswith("License")]
        named = (
            head["License-Expression"] or "; ".join(classified) or (head["License"] or "see its text").splitlines()[0]
        )
        lines.append(f"{head['Name']} {head['Version']}: {named}")
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")


def check(interpreter: Path, site: Path) -> None:
    """Load every library, then let maskwire protect one exchange, in an empty home."""
    with tempfile.TemporaryDirectory() as home:
        kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT", "TEMP") if name in os.environ}
        environ = {**kept, "HOME": home, "USERPROFILE": home, "MASKWIRE_HOME": home, "PYTHONPATH": home}
        if not WINDOWS:
            run(str(interpreter), "-c", SELF_CHECK, str(site), environ=environ)
        run(str(interpreter), "-m", "maskwire_daemon", "demo", "--json", environ=environ)


def run(*command: str, environ: dict[str, str] | None = None) -> None:
    """Run one command; the build ends where it fails."""
    subprocess.run(command, check=True, env=environ, stdin=subprocess.DEVNULL)


def _remove(place: Path) -> None:
    if place.is_dir():
        shutil.rmtree(place)
    else:
        place.unlink(missing_ok=True)


if __name__ == "__main__":
    main()
