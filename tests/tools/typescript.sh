#!/bin/sh
# Prints the folder of the TypeScript example, built, and nothing else.
#
# It is built in a copy under .tools, named by the digest of its sources, from the lock file: so the
# checkout stays clean, and a change of the example is a new folder.
set -eu

# shellcheck source=tests/tools/fetched.sh
. "$(dirname -- "$0")/fetched.sh"
EXAMPLE=$ROOT/deploy/examples/typescript

command -v npm >/dev/null || {
    say "no npm; the TypeScript example is built with Node.js 20 or newer; install it"
    exit 1
}

DIGEST=$(cat "$EXAMPLE"/*.ts "$EXAMPLE"/*.json | cksum | tr -d ' ')
BUILT=$TOOLS/typescript-$DIGEST
MARK=$BUILT/complete

install() {
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

once typescript "$MARK"
printf '%s\n' "$BUILT"
