#!/bin/sh
# SPDX-FileCopyrightText: 2026 The Syncline authors
# SPDX-License-Identifier: MIT
#
# What the library and the modules export, and what they are linked to. After a deliberate change of
# the interface: SYNCLINE_UPDATE=1 make check TESTS=tests/build/symbols.sh
set -u
. "${G_TEST_SRCDIR:-.}/tests/build/tap.sh"

library=$builddir/core/.libs/libsyncline.so
modules=$builddir/plugins/.libs
list=$srcdir/core/libsyncline.sym

needed() { objdump -p "$1" | awk '$1 == "NEEDED" { print $2 }'; }
exported() { nm -D --defined-only "$1" | awk '{ sub (/@.*/, "", $3); print $3 }' | LC_ALL=C sort -u; }

needed "$library" | grep -q -E 'lib(a|ub|t)san' && skip_all "sanitizers add symbols and libraries"

# Every function that a public header declares, and nothing else.
declared() {
    cat "$srcdir"/include/syncline/*.h "$srcdir"/include/syncline/version.h.in | tr '\n' ' ' |
        grep -o 'SYNCLINE_API [^;(]*(' | sed 's/ *($//; s/.*[ *]//' | grep '^syncline_' | LC_ALL=C sort -u
}

same() { diff -u "$1" "$2"; }

library_needs_glib_only() {
    needed "$library" | grep -v -E '^(lib(glib|gobject|gio|gmodule)-2\.0\.so\.0|libc\.so\.6|libpthread.*|ld-linux.*)$' &&
        return 1
    return 0
}

one_symbol() {
    test "$(exported "$1")" = syncline_plugin || { exported "$1"; return 1; }
}

sqlite_in_store_only() {
    for module in "$modules"/*.so; do
        case $module in */sqlite-store.so) continue ;; esac
        needed "$module" | grep sqlite && { echo "$module"; return 1; }
    done
    return 0
}

exported "$library" >"$scratch/exported"
declared >"$scratch/declared"
if [ -n "${SYNCLINE_UPDATE:-}" ]; then
    cp "$scratch/exported" "$list"
    # The package has the same list, in a form of its own.
    debian=$srcdir/debian/libsyncline0.symbols
    { sed -n 1,2p "$debian" && sed 's/.*/ &@Base 0.1.0/' "$list"; } >"$scratch/debian" && cp "$scratch/debian" "$debian"
fi

check "the library exports what core/libsyncline.sym lists" same "$list" "$scratch/exported"
check "the library exports what the public headers declare" same "$scratch/declared" "$scratch/exported"
check "the library is linked to GLib only" library_needs_glib_only
for module in "$modules"/*.so; do
    [ -e "$module" ] || continue
    check "$(basename "$module") exports one symbol" one_symbol "$module"
done
check "SQLite is linked to sqlite-store only" sqlite_in_store_only
done_testing
