#!/bin/sh
# SPDX-FileCopyrightText: 2026 The Syncline authors
# SPDX-License-Identifier: MIT
#
# Tests of the local stack itself: TAP, then "N passed, N failed".
# test.sh [FILE...] runs some of them.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
. "$here/lib/stack.sh"

[ -x "$node" ] || die "the npm packages of the local stack are missing; install them with: sh infra/setup.sh"
[ $# -gt 0 ] || set -- "$here"/test/*.test.js

report=$(mktemp)
trap 'rm -f "$report"' EXIT
status=0
"$node" --test --test-timeout=120000 --test-reporter=tap "$@" >"$report" || status=$?
cat "$report"
count() { sed -n "s/^# $1 //p" "$report" | tail -n 1; }
printf '%s passed, %s failed\n' "$(count pass)" "$(($(count fail) + $(count cancelled)))"
exit "$status"
