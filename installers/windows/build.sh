#!/usr/bin/env bash
# Builds the setup and the MSI around a payload. Runs on Linux (nsis, wixl) as well as under MSYS2 on Windows.
#
#   installers/windows/build.sh PAYLOAD [FOLDER]     PAYLOAD is what installers/payload.py made on Windows
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
payload=$(cd "$1" && pwd)
out=$(mkdir -p "${2:-build}" && cd "${2:-build}" && pwd)
version=$(sed -n 's/^version = "\(.*\)"/\1/p' "$here/../../pyproject.toml")

makensis -V2 -WX "-DVERSION=$version" "-DPAYLOAD=$payload" "-DOUTPUT=$out/maskwire-$version-setup.exe" "$here/maskwire.nsi"

files=$out/payload.wxs
trap 'rm -f "$files"' EXIT
find "$payload" -type f | LC_ALL=C sort | wixl-heat --prefix "$payload/" --component-group Payload \
    --directory-ref INSTALLDIR --var var.PAYLOAD --win64 >"$files"
cd "$payload" # wixl takes no absolute paths
wixl --arch x64 --define Win64=yes --define "VERSION=$version" --define PAYLOAD=. --output "$out/maskwire-$version.msi" \
    "$here/maskwire.wxs" "$files"
ls -l "$out"
