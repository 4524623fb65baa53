#!/bin/sh
# Prints the path of the pinned cargo-deb, and nothing else. Where it is missing it is built into the hidden folder
# .tools/ of this checkout, once: a minute or two of two cores.
#
# With --there it builds nothing: it exits with 3 where there is none yet, so that a test need not wait for it.
set -eu

VERSION=3.8.0
ROOT=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
TOOLS=$ROOT/.tools
HOME_OF_TOOL=$TOOLS/cargo-deb-$VERSION
TOOL=$HOME_OF_TOOL/bin/cargo-deb

say() { printf '%s\n' "cargo-deb.sh: $*" >&2; }

if [ ! -x "$TOOL" ] && [ "${1:-}" = --there ]; then
    say "there is no cargo-deb $VERSION in .tools yet; \`make deb\` builds it"
    exit 3
fi
if [ ! -x "$TOOL" ]; then
    mkdir -p "$TOOLS"
    if command -v flock >/dev/null; then
        exec 9> "$TOOLS/lock-cargo-deb"
        flock 9
    fi
    # Whoever waited for the lock finds the work done. Its own build folder goes with it: it is built once.
    [ -x "$TOOL" ] || {
        CARGO_TARGET_DIR=$HOME_OF_TOOL/build "${CARGO:-cargo}" install --quiet --root "$HOME_OF_TOOL" --locked \
            --version "$VERSION" cargo-deb >&2 || {
            say "could not install cargo-deb $VERSION"
            exit 1
        }
        rm -rf "$HOME_OF_TOOL/build"
    }
fi
printf '%s\n' "$TOOL"
