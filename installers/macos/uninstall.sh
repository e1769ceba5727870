#!/bin/sh
# Removes the package: sudo /usr/local/lib/maskwire/uninstall.sh. Settings and vault of people stay.
set -eu
if [ "$(id -u)" != 0 ]; then
    echo "Run it with sudo." >&2
    exit 1
fi
person=${SUDO_USER:-$(stat -f %Su /dev/console)}
if [ "$person" != root ]; then
    number=$(id -u "$person")
    # Only in their own session can proxy settings and certificates be taken back.
    for words in "capture off" "trust uninstall --yes"; do
        # shellcheck disable=SC2086 # words are split on purpose
        launchctl asuser "$number" sudo -u "$person" -H /usr/local/bin/maskwire $words || true
    done
    for label in io.maskwire.tray io.maskwire.daemon; do
        launchctl bootout "gui/$number/$label" 2>/dev/null || true
    done
fi
rm -f /Library/LaunchAgents/io.maskwire.daemon.plist /Library/LaunchAgents/io.maskwire.tray.plist
rm -f /usr/local/bin/maskwire
rm -rf /usr/local/lib/maskwire
pkgutil --forget io.maskwire.pkg
