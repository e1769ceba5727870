#!/usr/bin/env bash
# Installs a built package on a booted Debian, uses it as a person would, kills it, purges it, and says what is left.
#
#   installers/linux/try_deb.sh maskwire_0.1.0_amd64.deb [BASE]
#
# BASE is a folder with a Debian that debootstrap made; it is made there when it is missing, and copied, never changed.
# Needs root, debootstrap, systemd-container, and cgroups that may be written. Nothing of it runs outside of that
# Debian, whose network is its own; packages are fetched before it boots. Exits with 0 when everything held.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
deb=$(realpath "$1")
work=$(mktemp -d)
base=${2:-$work/base}
root=$work/root
machine=maskwire-trial-$$

stop() {
    if [[ -n ${nspawn:-} ]] && kill -0 "$nspawn" 2>/dev/null; then
        kill -KILL "$leader" 2>/dev/null || true
        wait "$nspawn" || true
    fi
    rm -rf "$work"
}
leader=
trap stop EXIT

if [[ ! -d $base/usr ]]; then
    debootstrap --variant=minbase \
        --include=systemd,systemd-sysv,libpam-systemd,dbus,dbus-user-session,ca-certificates,curl,procps \
        bookworm "$base" "${MIRROR:-http://deb.debian.org/debian}"
fi
cp -a "$base" "$root"
cp "$deb" "$root/opt/maskwire.deb"
cp "$here/try_in_debian.sh" "$here/stand_in.py" "$root/opt/"
cp --remove-destination /etc/resolv.conf "$root/etc/resolv.conf"
chroot "$root" apt-get -o Acquire::Check-Valid-Until=false update -qq
chroot "$root" apt-get install -qq --download-only /opt/maskwire.deb >/dev/null
chroot "$root" apt-get install -qq --no-install-recommends \
    dconf-gsettings-backend gsettings-desktop-schemas libglib2.0-bin >/dev/null # a desktop's settings, without one
chroot "$root" useradd --create-home --shell /bin/bash alice

systemd-nspawn --quiet --directory="$root" --machine="$machine" --boot --register=no --keep-unit --private-network \
    </dev/null >"$work/boot.log" 2>&1 &
nspawn=$!
for _ in $(seq 100); do
    leader=$(pgrep --parent "$nspawn" || true)
    if [[ -n $leader ]] && nsenter --target "$leader" --all -- \
        systemctl is-system-running 2>/dev/null | grep -qE 'running|degraded'; then
        break
    fi
    sleep 0.5
done
[[ -n $leader ]] || { cat "$work/boot.log" >&2 && exit 1; }
nsenter --target "$leader" --all -- bash /opt/try_in_debian.sh
