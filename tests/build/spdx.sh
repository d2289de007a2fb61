#!/bin/sh
# SPDX-FileCopyrightText: 2026 The Syncline authors
# SPDX-License-Identifier: MIT
#
# Each source says near its top whose it is and under which licence.
set -u
. "${G_TEST_SRCDIR:-.}/tests/build/tap.sh"

# Tracked files where there is a repository, what the tarball holds elsewhere.
list_files() {
    tracked=$(cd "$srcdir" && git ls-files 2>/dev/null)
    if [ -n "$tracked" ]; then
        printf '%s\n' "$tracked"
    else
        (cd "$srcdir" && find bindings cli core docs examples include infra plugins supabase tests -type f \
            -not -path '*/node_modules/*' -not -path '*/.deps/*' -not -path '*/.libs/*' \
            -not -name version.h)
    fi | grep -E '\.(c|h|h\.in|mk|ac|am|sh|py|js|mjs|sql)$'
}

has_both() {
    head -n 6 "$srcdir/$1" | grep -q 'SPDX-FileCopyrightText: 2026 The Syncline authors' &&
        head -n 6 "$srcdir/$1" | grep -q 'SPDX-License-Identifier: MIT'
}

all_have_both() {
    status=0
    while read -r file; do
        [ -e "$srcdir/$file" ] || continue
        has_both "$file" || { echo "$file"; status=1; }
    done <"$scratch/files"
    return "$status"
}

list_files >"$scratch/files"
check "there are sources to look at" test -s "$scratch/files"
check "each source has the two lines" all_have_both
done_testing
