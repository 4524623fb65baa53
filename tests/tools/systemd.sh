#!/bin/sh
# Prints a command that runs systemd-analyze, and nothing else.
#
# Order: the one on PATH; else, on a Debian, that of its package, unpacked into the hidden folder .tools/ of this
# checkout with the libraries that it brings, and installed nowhere. Where neither is to be had, it exits with 3 and
# says why: whoever asks then passes his test by, aloud.
set -eu

# shellcheck source=tests/tools/fetched.sh
. "$(dirname -- "$0")/fetched.sh"
HOME_OF_SYSTEMD=$TOOLS/systemd
ANALYZE=$HOME_OF_SYSTEMD/systemd-analyze

install() {
    workshop
    debs systemd libsystemd-shared
    unpack
    library=$(find "$work/tree" -name 'libsystemd-shared-*.so' | head -n 1) || exit 1
    [ -n "$library" ] || exit 1
    folder=$HOME_OF_SYSTEMD/tree/$(dirname "${library#"$work/tree/"}")
    cat > "$work/systemd-analyze" <<END || exit 1
#!/bin/sh
LD_LIBRARY_PATH='$folder' SYSTEMD_UNIT_PATH=\${SYSTEMD_UNIT_PATH:-'$HOME_OF_SYSTEMD/tree/usr/lib/systemd/system:$HOME_OF_SYSTEMD/tree/lib/systemd/system'} exec '$HOME_OF_SYSTEMD/tree/usr/bin/systemd-analyze' "\$@"
END
    chmod 755 "$work/systemd-analyze" || exit 1
    "$work/tree/usr/bin/systemd-analyze" --version >/dev/null 2>&1 ||
        LD_LIBRARY_PATH=$(dirname "$library") "$work/tree/usr/bin/systemd-analyze" --version >/dev/null 2>&1 || {
            say "the systemd-analyze of this system's packages does not run here"
            exit 3
        }
    rm -rf "$HOME_OF_SYSTEMD" || exit 1
    mkdir -p "$HOME_OF_SYSTEMD" || exit 1
    mv "$work/tree" "$HOME_OF_SYSTEMD/tree" || exit 1
    # The mark that all of it is there.
    mv "$work/systemd-analyze" "$ANALYZE" || exit 1
}

if [ "${1:-}" != --own ] && command -v systemd-analyze; then
    exit 0
fi
once systemd "$ANALYZE"
printf '%s\n' "$ANALYZE"
