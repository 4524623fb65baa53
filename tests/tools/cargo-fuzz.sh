#!/bin/sh
# Prints the path of the pinned cargo-fuzz, and nothing else. Where it is missing it is built into the hidden folder
# .tools/ of this checkout, once: a minute or two of two cores. It needs a C++ compiler, as its targets do.
set -eu

VERSION=0.13.2
ROOT=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
TOOLS=$ROOT/.tools
HOME_OF_TOOL=$TOOLS/cargo-fuzz-$VERSION
TOOL=$HOME_OF_TOOL/bin/cargo-fuzz

say() { printf '%s\n' "cargo-fuzz.sh: $*" >&2; }

if [ ! -x "$TOOL" ]; then
    mkdir -p "$TOOLS"
    if command -v flock >/dev/null; then
        exec 9> "$TOOLS/lock-cargo-fuzz"
        flock 9
    fi
    # Whoever waited for the lock finds the work done. Its own build folder goes with it: it is built once.
    [ -x "$TOOL" ] || {
        CARGO_TARGET_DIR=$HOME_OF_TOOL/build "${CARGO:-cargo}" install --quiet --root "$HOME_OF_TOOL" --locked \
            --version "$VERSION" cargo-fuzz >&2 || {
            say "could not install cargo-fuzz $VERSION"
            exit 1
        }
        rm -rf "$HOME_OF_TOOL/build"
    }
fi
printf '%s\n' "$TOOL"
