#!/bin/sh
# SPDX-FileCopyrightText: 2026 The Syncline authors
# SPDX-License-Identifier: MIT
#
# Installs what is missing, builds, and runs every test: the last line is "N passed, N failed".
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
. "$here/lib/build.sh"

usage() {
    cat <<EOF
usage: test.sh [--quick]

Runs the tests of the local stack, the unit, contract and pipeline tests, the
same but for the pipeline under AddressSanitizer and UBSan, and make distcheck.
--quick leaves out sanitizers and distcheck.
EOF
}

quick=no
case ${1:-} in
    '') ;;
    --quick) quick=yes ;;
    -h|--help) usage; exit 0 ;;
    *) usage >&2; exit 2 ;;
esac

builds=${SYNCLINE_BUILDS:-$repository/build}
SYNCLINE_STACK=test-$$
export SYNCLINE_STACK
passed=0
failed=0

stop_stack() { sh "$here/local/stop.sh" >/dev/null 2>&1 || :; }
trap stop_stack EXIT
trap 'exit 130' INT TERM

add_results() {
    say "  $1 passed, $2 failed"
    passed=$((passed + $1))
    failed=$((failed + $2))
}

# Adds up what Automake's TAP driver noted of each test point.
count_results() {
    results=$(find "$1" -name '*.trs' -exec grep -h '^:test-result:' {} + || :)
    add_results "$(printf '%s\n' "$results" | grep -cE ': (PASS|XFAIL)' || :)" \
        "$(printf '%s\n' "$results" | grep -cE ': (FAIL|XPASS|ERROR)' || :)"
}

make_check() {
    find "$1" -name '*.trs' -delete
    if make -C "$1" --silent -j"$(nproc)" check >"$1.check.log" 2>&1; then
        count_results "$1"
        return
    fi
    grep -hE '^(not ok|FAIL|ERROR|Bail out)|ERROR:|: error: |SUMMARY: ' "$1.check.log" || tail -n 40 "$1.check.log"
    say "  all of it is in $1.check.log"
    # A test that could not even be built has no results to count.
    [ -n "$(find "$1" -name '*.trs')" ] || add_results 0 1
    count_results "$1"
}

test_stack() {
    say "Tests of the local stack"
    sh "$here/local/test.sh" >"$builds/stack.log" 2>&1 || grep -E '^ *not ok' "$builds/stack.log" || :
    last=$(tail -n 1 "$builds/stack.log")
    case $last in
        *' passed, '*' failed')
            last=${last% failed}
            add_results "${last%% *}" "${last##* }" ;;
        *)
            tail -n 40 "$builds/stack.log"
            add_results 0 1 ;;
    esac
}

test_plain() {
    say "Unit, contract and pipeline tests"
    build_in "$builds/plain" --enable-werror --enable-debug
    run_quietly "$builds/start.log" sh "$here/local/start.sh"
    eval "$(sh "$here/local/env.sh")"
    make_check "$builds/plain"
    stop_stack
    # Without the address of a stack the pipeline tests skip themselves.
    unset SUPABASE_URL
}

test_sanitizers() {
    say "Unit and contract tests under AddressSanitizer and UBSan"
    build_in "$builds/sanitizers" --enable-werror --enable-debug --enable-sanitizers
    make_check "$builds/sanitizers"
}

test_distribution() {
    say "make distcheck"
    if make -C "$builds/plain" --silent distcheck >"$builds/distcheck.log" 2>&1; then
        add_results 1 0
    else
        tail -n 60 "$builds/distcheck.log"
        add_results 0 1
    fi
}

sh "$here/setup.sh"
mkdir -p "$builds"
test_stack
test_plain
if [ "$quick" = no ]; then
    test_sanitizers
    test_distribution
fi

say "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
