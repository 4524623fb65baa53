#!/bin/sh
# Prints the path of the pinned cargo-deb, and nothing else. Where it is missing it is built into the hidden folder
# .tools/ of this checkout, once: a minute or two of two cores.
#
# With --there it builds nothing: it exits with 3 where there is none yet, so that a test need not wait for it.
set -eu

VERSION=3.8.0
# shellcheck source=tests/tools/fetched.sh
. "$(dirname -- "$0")/fetched.sh"

if [ "${1:-}" = --there ] && [ ! -x "$TOOLS/cargo-deb-$VERSION/bin/cargo-deb" ]; then
    say "there is no cargo-deb $VERSION in .tools yet; \`make deb\` builds it"
    exit 3
fi
crate cargo-deb "$VERSION"
