#!/bin/sh
# Prints the folder of an unpacked mail server, `exim` or `postfix`, and nothing else: the packages of this Debian with
# the libraries that this machine lacks and libnss_wrapper.so, which gives a server users of its own. Nothing is
# installed, and nothing runs.
#
# It lies in the hidden folder .tools/ of this checkout. Where it is not to be had, this exits with 3 and says why:
# whoever asks then passes his test by, aloud. Postfix is given to root alone, whom its master asks for.
set -eu

# shellcheck source=tests/tools/fetched.sh
. "$(dirname -- "$0")/fetched.sh"

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
    workshop
    # shellcheck disable=SC2086
    debs $packages libnss-wrapper
    for _ in 1 2 3 4; do
        more=$(lacking "$work/debs") || exit 1
        [ -n "$more" ] || break
        # shellcheck disable=SC2086
        debs $more
    done
    unpack
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

once mta "$TREE"
printf '%s\n' "$TREE"
