#!/bin/sh
# Prints the folder of the TypeScript example, built, and nothing else.
#
# It is built in a copy under .tools, named by the digest of its sources, from the lock file: so the
# checkout stays clean, and a change of the example is a new folder. As with nats-server.sh many tests may
# call this at once: the build happens under a lock, and a mark is written last.
set -eu

ROOT=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
EXAMPLE=$ROOT/deploy/examples/typescript
TOOLS=$ROOT/.tools

say() { printf '%s\n' "typescript.sh: $*" >&2; }

command -v npm >/dev/null || {
    say "no npm; the TypeScript example is built with Node.js 20 or newer; install it"
    exit 1
}

DIGEST=$(cat "$EXAMPLE"/*.ts "$EXAMPLE"/*.json | cksum | tr -d ' ')
BUILT=$TOOLS/typescript-$DIGEST
MARK=$BUILT/complete

build() {
    rm -rf "$BUILT" || exit 1
    mkdir -p "$BUILT" || exit 1
    cp "$EXAMPLE"/*.ts "$EXAMPLE"/*.json "$EXAMPLE"/.npmrc "$BUILT/" || exit 1
    cd "$BUILT" || exit 1
    npm ci --silent --no-progress >&2 || {
        say "npm ci failed; is the npm registry within reach?"
        exit 1
    }
    npm run --silent build >&2 || {
        say "the example does not compile"
        exit 1
    }
    : > "$MARK" || exit 1
}

if [ ! -e "$MARK" ]; then
    mkdir -p "$TOOLS"
    if command -v flock >/dev/null; then
        exec 9> "$TOOLS/lock-typescript"
        flock 9
    fi
    # Whoever waited for the lock finds the work done.
    [ -e "$MARK" ] || (build) || exit 1
fi
printf '%s\n' "$BUILT"
