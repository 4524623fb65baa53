#!/bin/sh
# Prints the folder of an unpacked mail server, `exim` or `postfix`, and nothing else: the packages of this Debian with
# the libraries that this machine lacks and libnss_wrapper.so, which gives a server users of its own. Nothing is
# installed, and nothing runs.
#
# It lies in the hidden folder .tools/ of this checkout. Where it is not to be had, this exits with 3 and says why:
# whoever asks then passes his test by, aloud. Postfix is given to root alone, whom its master asks for.
set -eu

ROOT=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
TOOLS=$ROOT/.tools

say() { printf '%s\n' "mta.sh: $*" >&2; }

case ${1:-} in
exim) packages="exim4-base exim4-daemon-light" program=usr/sbin/exim4 ;;
postfix) packages=postfix program=usr/sbin/postconf ;;
*)
    say "exim or postfix?"
    exit 2
    ;;
esac
SERVER=$1
TREE=$TOOLS/mta-$SERVER

if [ "$SERVER" = postfix ] && [ "$(id -u)" != 0 ]; then
    say "only root may start Postfix"
    exit 3
fi

# The libraries that the packages in this folder name, each once, without those of this machine and of the folder.
lacking() {
    for file in "$1"/*.deb; do
        dpkg-deb -f "$file" Depends
    done | tr ',' '\n' | sed -n 's/^ *\(lib[a-z0-9.+-]*\).*/\1/p' | sort -u | while read -r name; do
        ls "$1/$name"_*.deb >/dev/null 2>&1 && continue
        [ "$(dpkg-query -W -f '${db:Status-Status}' "$name" 2>/dev/null)" = installed ] || printf '%s ' "$name"
    done
}

install() {
    for tool in apt-get dpkg-deb dpkg-query; do
        command -v "$tool" >/dev/null || {
            say "no $tool to fetch $SERVER with"
            exit 3
        }
    done
    # The caller tests this function, which switches off `set -e` within it: each step ends it by itself.
    work=$(mktemp -d "$TOOLS/new.XXXXXX") || exit 1
    trap 'rm -rf "$work"' EXIT
    mkdir -p "$work/debs" "$work/lists/partial" "$work/cache/archives/partial" || exit 1
    options="-o APT::Sandbox::User=root"
    # shellcheck disable=SC2086
    fetch() { (cd "$work/debs" && apt-get -qq $options download "$@" >&2 2>&1); }
    # On a fresh system the lists are missing: lists of our own need no root, and leave the system as it was.
    fetch $packages libnss-wrapper || {
        options="$options -o Dir::State::Lists=$work/lists -o Dir::Cache=$work/cache"
        # shellcheck disable=SC2086
        apt-get -qq $options update >&2 && fetch $packages libnss-wrapper
    } || {
        say "apt-get could not download $packages and libnss-wrapper"
        exit 3
    }
    for _ in 1 2 3 4; do
        more=$(lacking "$work/debs") || exit 1
        [ -n "$more" ] || break
        # shellcheck disable=SC2086
        fetch $more || {
            say "apt-get could not download $more"
            exit 3
        }
    done
    for file in "$work"/debs/*.deb; do
        dpkg-deb -x "$file" "$work/tree" || exit 1
    done
    # It is started by whom it is meant for; a bit that gives more would only keep libraries away.
    chmod -R a+rX,u-s,g-s "$work/tree/usr" || exit 1
    find "$work/tree/usr" -name 'libnss_wrapper.so' | grep -q . || exit 1
    libraries=$(dirname "$(find "$work/tree/usr" -name 'libnss_wrapper.so' | head -n 1)")
    mkdir -p "$work/empty" || exit 1
    : > "$work/empty/main.cf"
    NSS_WRAPPER_PASSWD=$work/passwd NSS_WRAPPER_GROUP=$work/group
    export NSS_WRAPPER_PASSWD NSS_WRAPPER_GROUP
    # Neither server takes root for its own user.
    user=$(id -u) group=$(id -g)
    [ "$user" != 0 ] || user=64801 group=64801
    for name in Debian-exim postfix; do printf '%s:x:%s:%s::/:/bin/sh\n' "$name" "$user" "$group"; done > "$work/passwd"
    printf 'root:x:0:0::/:/bin/sh\n' >> "$work/passwd"
    for name in Debian-exim postfix postdrop; do printf '%s:x:%s:\n' "$name" "$group"; done > "$work/group"
    ask=mail_version
    [ "$SERVER" = postfix ] || ask="-C $work/empty/main.cf -bV"
    # shellcheck disable=SC2086
    MAIL_CONFIG=$work/empty LD_LIBRARY_PATH=$libraries:$work/tree/usr/lib/postfix LD_PRELOAD=$libraries/libnss_wrapper.so \
        "$work/tree/$program" $ask >/dev/null 2>"$work/said" || {
        say "the $SERVER of this system's packages does not run here: $(head -n 3 "$work/said")"
        exit 3
    }
    rm -rf "$TREE" || exit 1
    # At once: the mark that all of it is there.
    mv "$work/tree" "$TREE" || exit 1
}

if [ ! -d "$TREE" ]; then
    mkdir -p "$TOOLS"
    if command -v flock >/dev/null; then
        exec 9> "$TOOLS/lock-mta"
        flock 9
    fi
    # Whoever waited for the lock finds the work done.
    [ -d "$TREE" ] || (install) || exit $?
fi
printf '%s\n' "$TREE"
