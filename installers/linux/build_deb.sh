#!/usr/bin/env bash
# Builds maskwire_VERSION_ARCH.deb: maskwire with a Python of its own, so that it runs on any Debian or Ubuntu whose
# libraries are no older than those of the machine it is built on.
#
#   installers/linux/build_deb.sh [FOLDER]     the folder to put the package in (build)
#
# Needs uv, patchelf, binutils, dpkg-dev, xz-utils, and Python 3.12 to 3.14 with a shared library: PYTHON=…, or
# python3.13 in PATH. Two builds of the same sources give the same package.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
project=$(cd "$here/../.." && pwd)
out=$(mkdir -p "${1:-$project/build}" && cd "${1:-$project/build}" && pwd)
python=${PYTHON:-python3.13}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
umask 022

version=$(sed -n 's/^version = "\(.*\)"/\1/p' "$project/pyproject.toml")
maintainer=$(sed -n 's/^Maintainer: //p' "$here/debian/control.in")
architecture=$(dpkg --print-architecture)
SOURCE_DATE_EPOCH=$(git -C "$project" log -1 --format=%ct)
export SOURCE_DATE_EPOCH UV_PYTHON_DOWNLOADS=never
root=$work/debian/maskwire # where dpkg-shlibdeps expects a package
payload=$root/usr/lib/maskwire
package=$out/maskwire_${version}_$architecture.deb

put() { install -D -m "$1" "$2" "$root/$3"; }

"$python" "$project/installers/payload.py" "$payload"

put 755 "$here/maskwire.sh" usr/bin/maskwire
put 644 "$here/io.maskwire.maskwire.desktop" usr/share/applications/io.maskwire.maskwire.desktop
put 644 "$here/io.maskwire.maskwire.metainfo.xml" usr/share/metainfo/io.maskwire.maskwire.metainfo.xml
put 644 "$here/maskwire.svg" usr/share/icons/hicolor/scalable/apps/maskwire.svg
put 644 "$here/debian/lintian-overrides" usr/share/lintian/overrides/maskwire
put 644 "$here/debian/copyright" usr/share/doc/maskwire/copyright
cat "$project/NOTICE" >>"$root/usr/share/doc/maskwire/copyright"
mv "$payload/THIRD-PARTY.txt" "$root/usr/share/doc/maskwire/"
printf 'maskwire (%s) unstable; urgency=medium\n\n  * CHANGELOG.md.gz beside this file says what changed.\n\n -- %s  %s\n' \
    "$version" "$maintainer" "$(date --utc --rfc-email --date="@$SOURCE_DATE_EPOCH")" >"$work/changelog"
put 644 "$work/changelog" usr/share/doc/maskwire/changelog
put 644 "$project/CHANGELOG.md" usr/share/doc/maskwire/CHANGELOG.md
gzip -9n "$root"/usr/share/doc/maskwire/{changelog,CHANGELOG.md}
"$payload/bin/maskwire-python" "$here/describe.py" "$root"
gzip -9n "$root/usr/share/man/man1/maskwire.1"

find "$root" -type d -exec chmod 755 {} +
find "$root" -type f ! -perm -100 -exec chmod 644 {} +
find "$payload/site" "$payload/lib" -type f -exec chmod 644 {} +

mkdir "$root/DEBIAN"
printf 'Source: maskwire\n\nPackage: maskwire\nArchitecture: any\n' >"$work/debian/control"
mapfile -t binaries < <(find "$payload" -type f \( -name '*.so' -o -name '*.so.*' -o -name maskwire-python \))
depends=$(cd "$work" && dpkg-shlibdeps -O --ignore-missing-info --warnings=0 "${binaries[@]}" |
    sed -n 's/^shlibs:Depends=//p')
sed -e "s/@VERSION@/$version/" -e "s/@ARCHITECTURE@/$architecture/" -e "s/@DEPENDS@/$depends/" \
    -e "s/@SIZE@/$(du -sk --apparent-size "$root/usr" | cut -f1)/" "$here/debian/control.in" >"$root/DEBIAN/control"
printf '/etc/xdg/autostart/maskwire-tray.desktop\n' >"$root/DEBIAN/conffiles"
for script in postinst prerm postrm; do
    install -m 755 "$here/debian/$script" "$root/DEBIAN/$script"
done
(cd "$root" && find usr -type f -printf '%P\0' | sort -z | sed -z 's,^,usr/,' | xargs -0 md5sum >DEBIAN/md5sums)
find "$root" -newermt "@$SOURCE_DATE_EPOCH" -exec touch --no-dereference --date="@$SOURCE_DATE_EPOCH" {} +
dpkg-deb --root-owner-group -Zxz --build "$root" "$package"
printf '%s: %s bytes, %s installed\n' "$package" "$(stat -c %s "$package")" "$(du -sh "$root" | cut -f1)"
