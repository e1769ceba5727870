#!/usr/bin/env bash
# Builds both installers around a stand-in payload, installs and removes them under wine, and looks at what they did.
# Needs nsis, wixl, wixl-heat, wine64, xvfb. Exits with 0 when everything held.
#
# The stand-in has the names of the real payload and a maskwire.cmd that writes down how it was called.
# shellcheck disable=SC1003,SC2012,SC2317 # a backslash is meant; our own file names; the functions are called by step
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
work=$(mktemp -d)
export WINEPREFIX=$work/prefix WINEARCH=win64 WINEDEBUG=-all WINEDLLOVERRIDES='mscoree,mshtml='
wine=$(command -v wine64 || echo /usr/lib/wine/wine64)
server=$(command -v wineserver || echo /usr/lib/wine/wineserver)
finish() {
    "$server" --kill || true
    kill "$screen"
    rm -rf "$work"
}
Xvfb -displayfd 1 -screen 0 640x480x24 >"$work/display" 2>/dev/null &
screen=$!
trap finish EXIT
until [[ -s $work/display ]]; do sleep 0.1; done
DISPLAY=:$(<"$work/display")
export DISPLAY
failed=0
step() {
    local name=$1 began=$SECONDS
    shift
    if "$@" >"$work/log" 2>&1; then
        printf 'ok     %3d s  %s\n' $((SECONDS - began)) "$name"
    else
        printf 'FAILED %s\n' "$name"
        tail -n 20 "$work/log" | tr -d '\r' | sed 's/^/    /'
        failed=1
    fi
}
windows() { "$wine" "$@"; }
registry() { windows reg query "$1" /v "$2" | tr -d '\r' | grep -qF -- "$3"; }
absent() { ! windows reg query "$1" /v "$2"; }
called() { diff <(printf '%s\n' "$@") <(tr -d '\r' <"$work/called" | sed 's/ *$//') && rm "$work/called"; }

payload=$work/payload
mkdir -p "$payload/site/maskwire_daemon" "$payload/Lib/json" "$payload/DLLs"
touch "$payload/maskwire-python.exe" "$payload/python313.dll" "$payload/DLLs/_ssl.pyd" "$payload/Lib/json/__init__.py"
echo '# stand-in' >"$payload/site/maskwire_daemon/__init__.py"
printf '@echo %%*>>"Z:%s"\r\n' "$(tr / '\\' <<<"$work/called")" >"$payload/maskwire.cmd"

step "both are built" bash "$here/build.sh" "$payload" "$work/out"
ls -l "$work/out" | awk 'NR > 1 { print "           " $5, $9 }'
step "wine makes its Windows" windows wineboot --init
person=$(echo "$WINEPREFIX"/drive_c/users/*/AppData/Local)
home=$person/Programs/maskwire
run='HKCU\Software\Microsoft\Windows\CurrentVersion\Run'
listed='HKCU\Software\Microsoft\Windows\CurrentVersion\Uninstall\maskwire'

step "setup.exe /S runs" windows "$work"/out/*-setup.exe /S
step "every file of the payload is there" diff -r --exclude=uninstall.exe "$payload" "$home"
step "the command is in the path" grep -q 'Programs.maskwire.maskwire.cmd' "$person/Microsoft/WindowsApps/maskwire.cmd"
step "the icon is shown at login" registry "$run" maskwire-tray 'maskwire-python.exe" -m maskwire_daemon tray'
step "Windows lists it" registry "$listed" QuietUninstallString 'uninstall.exe" /S'
step "the daemon was made a service" called 'service install'
step "setup.exe /S again, over itself" windows "$work"/out/*-setup.exe /S
step "it stopped the daemon first" called down 'service install'
mkdir "$home/mine" && touch "$home/mine/file"
step "uninstall.exe /S runs" windows "$home/uninstall.exe" /S
"$server" --wait # the uninstaller goes on as a copy of itself
step "it took everything back first" called 'capture off' 'service uninstall' down 'trust uninstall --yes'
step "only what is not of maskwire is left" diff <(cd "$home" && find . -type f) <(echo ./mine/file)
step "no icon at login" absent "$run" maskwire-tray
step "nothing is listed" absent "$listed" DisplayName
step "no command in the path" test ! -e "$person/Microsoft/WindowsApps/maskwire.cmd"

machine='HKLM\Software\Microsoft\Windows\CurrentVersion\Run'
everybody="$WINEPREFIX/drive_c/Program Files/maskwire"
step "msiexec /i runs" windows msiexec /i "$work"/out/*.msi /qn
step "every file of the payload is there" diff -r "$payload" "$everybody"
step "the daemon starts at login" registry "$machine" maskwire 'maskwire-python.exe" -m maskwire_daemon up'
step "msiexec /x runs" windows msiexec /x "$work"/out/*.msi /qn
step "no file is left" test ! -e "$everybody/maskwire.cmd" -a ! -e "$everybody/site"
step "nothing starts at login" absent "$machine" maskwire
exit "$failed"
