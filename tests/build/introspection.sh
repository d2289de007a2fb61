#!/bin/sh
# SPDX-FileCopyrightText: 2026 The Syncline authors
# SPDX-License-Identifier: MIT
#
# What other languages see of the library.
set -u
. "${G_TEST_SRCDIR:-.}/tests/build/tap.sh"

gir=$builddir/bindings/Syncline-0.1.gir
typelib=$builddir/bindings/Syncline-0.1.typelib
vapi=$builddir/bindings/syncline.vapi
application="client config error query schema status types"

[ -e "$gir" ] || skip_all "built without introspection data"

# Functions of the headers for applications; types are in there in another way.
declared() {
    for header in $application; do cat "$srcdir/include/syncline/$header.h"; done |
        cat - "$srcdir/include/syncline/version.h.in" | tr '\n' ' ' |
        grep -o 'SYNCLINE_API [^;(]*(' | sed 's/ *($//; s/.*[ *]//' | grep '^syncline_' |
        grep -v '_get_type$' | LC_ALL=C sort -u
}

# Of an element with children, whose closing tag ends it; macros are never for other languages.
hidden() {
    tr '\n' ' ' <"$gir" | grep -o '<[a-z:-]* [^>]*introspectable="0"[^>]*>' | grep -v '^<function-macro'
}

described() {
    awk '/<(method|function|constructor) / { current = "" }
         /c:identifier="syncline_/ { sub (/.*c:identifier="/, ""); sub (/".*/, ""); current = $0; next }
         /<doc / && current != "" { print current; current = "" }' "$gir" | LC_ALL=C sort -u
}

complete() {
    grep -o 'c:identifier="syncline_[a-z0-9_]*"' "$gir" | cut -d'"' -f2 | LC_ALL=C sort -u >"$scratch/seen"
    diff -u "$scratch/declared" "$scratch/seen"
}

nothing_hidden() { ! hidden; }
all_described() { described | diff -u "$scratch/declared" -; }
soname() { grep 'shared-library="libsyncline.so.0"' "$gir"; }
loadable() { test -s "$typelib"; }
no_plugin_types() { ! grep -E 'name="(Host|Plugin|StoreClass|TransportClass|AuthClass|Registry)"' "$gir"; }
vala_client() { test ! -e "$vapi" || grep 'class Client : GLib.Object' "$vapi"; }

declared >"$scratch/declared"
check "there are functions to look for" test -s "$scratch/declared"
check "every function for applications is in the introspection data, and no other" complete
check "each of them is described" all_described
check "nothing is hidden from other languages" nothing_hidden
check "the data names the library as it is installed" soname
check "there is a typelib" loadable
check "what only plugins use is left out" no_plugin_types
check "the VAPI, if there is one, has the client" vala_client
done_testing
