#!/bin/sh
# SPDX-FileCopyrightText: 2026 The Syncline authors
# SPDX-License-Identifier: MIT
#
# The reason codes: the table in core/reason.c knows all that the code uses, and docs/explain.md shows
# that table.
set -u
. "${G_TEST_SRCDIR:-.}/tests/build/tap.sh"

sed -n 's/^  { "\([^"]*\)", "\([^"]*\)", "\([^"]*\)" },$/| `\1` | \2 | \3 |/p' "$srcdir/core/reason.c" >"$scratch/table"
grep '^| `[a-z-]*` |' "$srcdir/docs/explain.md" >"$scratch/documented"
sed 's/^| `\([^`]*\)`.*/\1/' "$scratch/table" | LC_ALL=C sort >"$scratch/known"

# What states are entered with, what errors are marked with, and what the functions that are named after reasons give.
{
    cat "$srcdir"/core/*.c | tr '\n' ' ' | grep -o -E '(set_state|enter_state|set_reason) \([^;]*;' | grep -o '"[a-z-]*"'
    grep -h -o -E '[.>]reason = "[a-z-]*"' "$srcdir"/core/*.c | grep -o '"[a-z-]*"'
    cat "$srcdir"/core/*.c | sed -n '/^[a-z_]*reason[a-z_]* (/,/^}/p' | grep 'return "' | grep -o '"[a-z-]*"'
} | tr -d '"' | LC_ALL=C sort -u >"$scratch/used"

documents_the_table() { test -s "$scratch/table" && diff -u "$scratch/table" "$scratch/documented"; }
knows_what_is_used() {
    LC_ALL=C comm -13 "$scratch/known" "$scratch/used" >"$scratch/missing"
    cat "$scratch/missing"
    test -s "$scratch/used" && test ! -s "$scratch/missing"
}
has_no_others() {
    LC_ALL=C comm -23 "$scratch/known" "$scratch/used" >"$scratch/unused"
    cat "$scratch/unused"
    test ! -s "$scratch/unused"
}

check "docs/explain.md shows the table of core/reason.c" documents_the_table
check "the table knows every reason that the code gives" knows_what_is_used
check "the code gives every reason in the table" has_no_others
done_testing
