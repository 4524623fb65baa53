#!/bin/sh
# Prints the path of the pinned cargo-fuzz, and nothing else. Where it is missing it is built into the hidden folder
# .tools/ of this checkout, once: a minute or two of two cores. It needs a C++ compiler, as its targets do.
set -eu

# shellcheck source=tests/tools/fetched.sh
. "$(dirname -- "$0")/fetched.sh"

crate cargo-fuzz 0.13.2
