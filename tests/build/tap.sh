# SPDX-FileCopyrightText: 2026 The Syncline authors
# SPDX-License-Identifier: MIT

# TAP for shell tests; sourced. Sets srcdir and builddir to the tops of the trees.

srcdir=${G_TEST_SRCDIR:-.}
builddir=${G_TEST_BUILDDIR:-.}
tap_count=0
tap_failed=0
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# Says whether the command that NAME describes worked; its output is shown when it did not.
check() {
    name=$1
    shift
    tap_count=$((tap_count + 1))
    if "$@" >"$scratch/output" 2>&1; then
        echo "ok $tap_count - $name"
    else
        echo "not ok $tap_count - $name"
        sed 's/^/# /' "$scratch/output"
        tap_failed=1
    fi
}

skip_all() {
    echo "1..0 # SKIP $1"
    exit 0
}

done_testing() {
    echo "1..$tap_count"
    exit "$tap_failed"
}
