#!/bin/sh
# SPDX-FileCopyrightText: 2026 The Syncline authors
# SPDX-License-Identifier: MIT
#
# debian/ says what the tree says; infra/package.sh builds the packages.
set -u
. "${G_TEST_SRCDIR:-.}/tests/build/tap.sh"

same() { diff -u "$1" "$2"; }

is() { test "$1" = "$2" || { echo "'$1' is not '$2'"; return 1; }; }

sed -n 's/^ \(syncline_[a-z0-9_]*\)@Base .*/\1/p' "$srcdir/debian/libsyncline0.symbols" >"$scratch/symbols"
packaged=$(sed -n '1s/^syncline (\([^-]*\)-.*/\1/p' "$srcdir/debian/changelog")

check "the symbols of the package are those of the library" same "$srcdir/core/libsyncline.sym" "$scratch/symbols"
check "the version of the package is that of the program" is "syncline $packaged" "$("$SYNCLINE_COMMAND" version)"
for list in "$srcdir"/debian/*.install "$srcdir"/debian/*.docs "$srcdir"/debian/*.examples; do
    check "${list##*/} is not empty" test -s "$list"
done
done_testing
