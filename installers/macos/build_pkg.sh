#!/bin/sh
# Builds maskwire-VERSION.pkg on macOS, around a payload that installers/payload.py makes there.
#
#   installers/macos/build_pkg.sh [FOLDER]
#
# Needs uv and a Python that may be moved: PYTHON=$(uv python find --managed-python 3.13). Those of python.org and
# Homebrew may not. SIGN="Developer ID Application: …" signs every library, SIGN_PKG="Developer ID Installer: …" the
# package; without them Gatekeeper refuses it on other machines. Notarize it afterwards with `xcrun notarytool submit`.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
project=$(cd "$here/../.." && pwd)
out=${1:-$project/build}
python=${PYTHON:?a Python that may be moved, see above}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
version=$(sed -n 's/^version = "\(.*\)"/\1/p' "$project/pyproject.toml")
root=$work/root
payload=$root/usr/local/lib/maskwire
mkdir -p "$out" "$root/usr/local/bin" "$root/usr/local/lib" "$root/Library/LaunchAgents"

"$python" "$project/installers/payload.py" "$payload"
install -m 755 "$here/maskwire.sh" "$root/usr/local/bin/maskwire"
install -m 755 "$here/uninstall.sh" "$payload/uninstall.sh"
"$payload/bin/maskwire-python" "$here/describe.py" "$root"

if [ -n "${SIGN:-}" ]; then
    find "$payload" -type f \( -name '*.so' -o -name '*.dylib' -o -name maskwire-python \) -print0 |
        xargs -0 codesign --force --timestamp --options runtime --sign "$SIGN"
fi
pkgbuild --root "$root" --identifier io.maskwire.pkg --version "$version" --scripts "$here/scripts" \
    --ownership recommended --install-location / "$work/maskwire.pkg"
sed "s/@VERSION@/$version/" "$here/distribution.xml" >"$work/distribution.xml"
productbuild --distribution "$work/distribution.xml" --package-path "$work" \
    ${SIGN_PKG:+--sign "$SIGN_PKG"} "$out/maskwire-$version.pkg"
