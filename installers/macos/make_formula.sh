#!/bin/sh
# Prints the Homebrew formula of one release.
#
#   installers/macos/make_formula.sh HOMEPAGE URL ARCHIVE >maskwire.rb     ARCHIVE is what URL leads to
set -eu
here=$(cd "$(dirname "$0")" && pwd)
digest=$({ sha256sum "$3" 2>/dev/null || shasum -a 256 "$3"; } | cut -d ' ' -f 1)
sed -e "s|@HOMEPAGE@|$1|" -e "s|@URL@|$2|" -e "s|@SHA256@|$digest|" "$here/maskwire.rb.in"
