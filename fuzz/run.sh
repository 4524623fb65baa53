#!/bin/sh
# Fuzzes each target for FUZZ_SECONDS (60), or those that are named. New inputs stay in .tools/fuzz/, which the next run
# begins with besides the committed seeds in corpus/; what breaks a target lies in artifacts/.
set -eu

ROOT=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
FUZZ=$("$ROOT/tests/tools/cargo-fuzz.sh")
SECONDS_EACH=${FUZZ_SECONDS:-60}

cd "$ROOT"
# Names of targets have no spaces.
# shellcheck disable=SC2046
[ $# -gt 0 ] || set -- $("$FUZZ" fuzz list)
for target; do
    found=$ROOT/.tools/fuzz/$target
    mkdir -p "$found"
    printf 'fuzzing %s for %s s\n' "$target" "$SECONDS_EACH"
    # No sanitizer: it needs a nightly compiler, and there is no unsafe code of ours to watch.
    "$FUZZ" fuzz run -s none "$target" "$found" "fuzz/corpus/$target" -- -max_total_time="$SECONDS_EACH" \
        -timeout=10 -rss_limit_mb=2048 -max_len=65536 -print_final_stats=1 -verbosity=0
done
