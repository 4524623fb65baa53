#!/bin/sh
# Prints the path of a Python that has nats-py, for the judge, and aiosmtpd, for relays of the tests, and nothing else.
#
# The packages are pinned and checked by their hashes, and lie in a hidden environment of this checkout,
# .tools/venv-<versions>. As with nats-server.sh many tests may call this at once: the install happens
# under a lock, and what is half made is never seen, since a mark is written last.
set -eu

VERSION=2.16.0-smtp-1.4.6
PINNED='nats-py==2.16.0 --hash=sha256:aeb1ff123966c05833d26c7df7e1d54c1c6d32b612428b21677a2e921f1fecae
aiosmtpd==1.4.6 --hash=sha256:72c99179ba5aa9ae0abbda6994668239b64a5ce054471955fe75f581d2592475
atpublic==5.1 --hash=sha256:135783dbd887fbddb6ef032d104da70c124f2b44b9e2d79df07b9da5334825e3
attrs==26.1.0 --hash=sha256:c647aa4a12dfbad9333ca4e71fe62ddc36f4e63b2d260a37a8b83d2f043ac309'
ROOT=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
TOOLS=$ROOT/.tools
HOME_OF_PYTHON=$TOOLS/venv-$VERSION
PYTHON=$HOME_OF_PYTHON/bin/python3
MARK=$HOME_OF_PYTHON/complete

say() { printf '%s\n' "python.sh: $*" >&2; }

install() {
    python=$(command -v python3) || {
        say "no python3; the tests need one"
        exit 1
    }
    "$python" -m pip --version >/dev/null 2>&1 || {
        say "$python has no pip, which fetches what the tests need; install it"
        exit 1
    }
    # The caller tests this function, which switches off `set -e` within it: each step ends it by itself.
    # An environment knows its own path, so it is made where it stays; what a broken run left goes first.
    rm -rf "$HOME_OF_PYTHON" || exit 1
    "$python" -m venv --without-pip "$HOME_OF_PYTHON" >&2 || exit 1
    folder=$("$PYTHON" -c 'import sysconfig; print(sysconfig.get_path("purelib"))') || exit 1
    [ -n "$folder" ] || exit 1
    printf '%s\n' "$PINNED" > "$HOME_OF_PYTHON/requirements.txt" || exit 1
    PIP_ROOT_USER_ACTION=ignore "$python" -m pip install --quiet --disable-pip-version-check --no-input --no-deps \
        --only-binary=:all: --require-hashes --target "$folder" -r "$HOME_OF_PYTHON/requirements.txt" >&2 || {
        say "could not install nats-py and aiosmtpd"
        exit 1
    }
    : > "$MARK" || exit 1
}

if [ ! -e "$MARK" ]; then
    mkdir -p "$TOOLS"
    if command -v flock >/dev/null; then
        exec 9> "$TOOLS/lock-python"
        flock 9
    fi
    # Whoever waited for the lock finds the work done.
    [ -e "$MARK" ] || (install) || exit 1
fi
printf '%s\n' "$PYTHON"
