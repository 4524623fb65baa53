#!/bin/sh
# Tells which tests will test nothing on this machine, one on each line, and why: the runner shows nothing of a test that
# passes. With SWITCHBOARD_NO_SKIP=1 the same tests fail.
set -eu

ROOT=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)

say() { printf 'WILL TEST NOTHING: %s\n' "$*"; }

"$ROOT/tests/tools/systemd.sh" >/dev/null 2>&1 || say "package, units::*: no systemd-analyze, and no Debian to fetch it from"

for server in exim postfix; do
    "$ROOT/tests/tools/mta.sh" "$server" >/dev/null 2>&1 ||
        say "shell, mta::${server}_*: no Debian to fetch $server from, or one that root alone may start"
done

missing=
"$ROOT/tests/tools/cargo-deb.sh" --there >/dev/null 2>&1 || missing="$missing cargo-deb"
for program in dpkg dpkg-deb systemd-sysusers systemd-tmpfiles; do
    command -v "$program" >/dev/null || missing="$missing $program"
done
[ "$(id -u)" = 0 ] || missing="$missing root"
[ -z "$missing" ] || say "package, debian::*: it wants$missing"

folder=$ROOT
while [ "$folder" != / ] && [ ! -d "$folder/shared/corpus" ]; do folder=$(dirname "$folder"); done
[ -d "$folder/shared/corpus" ] || say "newcomer::mails_that_other_projects_collected_*, fixtures::every_mail_of_*: no shared/corpus above this checkout"
