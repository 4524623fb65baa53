#!/bin/sh
# Prints the path of a Python that has nats-py, for the judge, and aiosmtpd, for relays of the tests, and nothing else.
#
# The packages are pinned and checked by their hashes, and lie in a hidden environment of this checkout,
# .tools/venv-<versions>.
set -eu

VERSION=2.16.0-smtp-1.4.6
PINNED='nats-py==2.16.0 --hash=sha256:aeb1ff123966c05833d26c7df7e1d54c1c6d32b612428b21677a2e921f1fecae
aiosmtpd==1.4.6 --hash=sha256:72c99179ba5aa9ae0abbda6994668239b64a5ce054471955fe75f581d2592475
atpublic==5.1 --hash=sha256:135783dbd887fbddb6ef032d104da70c124f2b44b9e2d79df07b9da5334825e3
attrs==26.1.0 --hash=sha256:c647aa4a12dfbad9333ca4e71fe62ddc36f4e63b2d260a37a8b83d2f043ac309'
# shellcheck source=tests/tools/fetched.sh
. "$(dirname -- "$0")/fetched.sh"
HOME_OF_PYTHON=$TOOLS/venv-$VERSION
PYTHON=$HOME_OF_PYTHON/bin/python3
MARK=$HOME_OF_PYTHON/complete

install() {
    with_pip "what the tests need"
    # An environment knows its own path, so it is made where it stays; what a broken run left goes first.
    rm -rf "$HOME_OF_PYTHON" || exit 1
    "$python" -m venv --without-pip "$HOME_OF_PYTHON" >&2 || exit 1
    folder=$("$PYTHON" -c 'import sysconfig; print(sysconfig.get_path("purelib"))') || exit 1
    [ -n "$folder" ] || exit 1
    printf '%s\n' "$PINNED" > "$HOME_OF_PYTHON/requirements.txt" || exit 1
    wheels "$folder" "$HOME_OF_PYTHON/requirements.txt" || {
        say "could not install nats-py and aiosmtpd"
        exit 1
    }
    : > "$MARK" || exit 1
}

once python "$MARK"
printf '%s\n' "$PYTHON"
