# What the tools share that print the path of a thing of the tests and fetch or build it first where it is missing:
# sourced, by `. "$(dirname -- "$0")/fetched.sh"`. A thing lies in the hidden folder .tools/ of this checkout.
# shellcheck shell=sh

ROOT=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
TOOLS=$ROOT/.tools

say() { printf '%s\n' "$(basename -- "$0"): $*" >&2; }

# once LOCK MARK: has `install`, which the caller defines, run where MARK is missing. It puts MARK there last and
# whole, so what is half made is never seen.
#
# Many tests may call a tool at once: one of them installs, the others wait for its lock. So a system without flock
# (macOS) does no more than work twice.
once() {
    [ ! -e "$2" ] || return 0
    mkdir -p "$TOOLS"
    if command -v flock >/dev/null; then
        exec 9> "$TOOLS/lock-$1"
        flock 9
    fi
    # Whoever waited for the lock finds the work done. A function that is tested runs without `set -e`: each step of
    # an install ends it by itself.
    [ -e "$2" ] || (install) || exit $?
}

# crate NAME VERSION: prints the path of a program that cargo builds, in a folder of its own.
crate() {
    name=$1 version=$2 home=$TOOLS/$1-$2
    install() {
        # Its build folder goes with it: it is built once.
        CARGO_TARGET_DIR=$home/build "${CARGO:-cargo}" install --quiet --root "$home" --locked \
            --version "$version" "$name" >&2 || {
            say "could not install $name $version"
            exit 1
        }
        rm -rf "$home/build"
    }
    once "$name" "$home/bin/$name"
    printf '%s\n' "$home/bin/$name"
}

# with_pip WHAT: finds the Python, in `python`, that fetches it.
with_pip() {
    { python=$(command -v python3) && "$python" -m pip --version; } >/dev/null 2>&1 || {
        say "cannot fetch $1: python3 with pip is missing; install it"
        exit 1
    }
}

# wheels FOLDER REQUIREMENTS: puts what a file lists into a folder, if its hashes are those.
wheels() {
    PIP_ROOT_USER_ACTION=ignore "$python" -m pip install --quiet --disable-pip-version-check --no-input --no-deps \
        --only-binary=:all: --require-hashes --target "$1" -r "$2" >&2
}

# A folder of an install's own, in `work`, which goes when it ends.
workshop() {
    work=$(mktemp -d "$TOOLS/new.XXXXXX") || exit 1
    trap 'rm -rf "$work"' EXIT
}

# debs PACKAGE..: fetches packages of this Debian into $work/debs. Nothing is installed.
debs() {
    for tool in apt-get dpkg-deb dpkg-query; do
        command -v "$tool" >/dev/null || {
            say "no $tool to fetch $* with"
            exit 3
        }
    done
    mkdir -p "$work/debs" "$work/lists/partial" "$work/cache/archives/partial" || exit 1
    download "$@" || {
        # On a fresh system the lists are missing: lists of our own need no root, and leave the system as it was.
        lists="-o Dir::State::Lists=$work/lists -o Dir::Cache=$work/cache"
        apt_get update && download "$@"
    } || {
        say "apt-get could not download $*"
        exit 3
    }
}

download() { (cd "$work/debs" && apt_get download "$@"); }

apt_get() {
    # shellcheck disable=SC2086
    apt-get -qq -o APT::Sandbox::User=root ${lists:-} "$@" >&2
}

# Unpacks them into $work/tree.
unpack() {
    for file in "$work"/debs/*.deb; do
        dpkg-deb -x "$file" "$work/tree" || exit 1
    done
}
