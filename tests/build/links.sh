#!/bin/sh
# SPDX-FileCopyrightText: 2026 The Syncline authors
# SPDX-License-Identifier: MIT
#
# What the documents point at is there: other files, and the tests that docs/security.md names.
set -u
. "${G_TEST_SRCDIR:-.}/tests/build/tap.sh"

links_work() {
    status=0
    for target in $(grep -o '](\([^)#:]*\)[)#]' "$1" | sed 's/^](//; s/[)#]$//'); do
        test -e "$(dirname "$1")/$target" || { echo "$target"; status=1; }
    done
    return "$status"
}

tests_exist() {
    status=0
    found=no
    for test in $(grep -o '`/[a-z/-]*`' "$1" | tr -d '`'); do
        found=yes
        grep -r -q -F "\"$test\"" "$srcdir/tests" --include='*.c' || { echo "$test"; status=1; }
    done
    test "$found" = yes && return "$status"
}

for document in "$srcdir"/*.md "$srcdir"/docs/*.md; do
    check "links of $(basename "$document") work" links_work "$document"
done
check "the tests that docs/security.md names are there" tests_exist "$srcdir/docs/security.md"
check "the tests that docs/deployment.md names are there" tests_exist "$srcdir/docs/deployment.md"
done_testing
