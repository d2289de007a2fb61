#!/bin/sh
# SPDX-FileCopyrightText: 2026 The Syncline authors
# SPDX-License-Identifier: MIT
#
# The listings in README.md are the files and the output that they stand for.
set -u
. "${G_TEST_SRCDIR:-.}/tests/build/tap.sh"

# The Nth listing in LANGUAGE.
listing() {
    awk -v fence="\`\`\`$1" -v wanted="$2" '
        $0 == "```" && inside { inside = 0 }
        inside { print }
        $0 == fence && ++n == wanted { inside = 1 }' "$srcdir/README.md"
}

without_licence() { sed '1,/^$/d' "$1"; }

c_listing() {
    listing c 1 >"$scratch/listing.c"
    without_licence "$srcdir/examples/hello.c" | diff -u - "$scratch/listing.c"
}

config_listing() {
    listing ini 1 >"$scratch/listing.conf"
    "$SYNCLINE_COMMAND" init -q --dir "$scratch/init" && diff -u "$scratch/init/syncline.conf" "$scratch/listing.conf"
}

python_listing() {
    listing python 1 >"$scratch/listing.py"
    test -s "$scratch/listing.py" && while read -r line; do
        case $line in '' | '...') continue ;; esac
        grep -q -F -- "$line" "$srcdir/examples/plain.py" || { echo "$line"; return 1; }
    done <"$scratch/listing.py"
}

# What the tree in the README names is there.
tree_listing() {
    status=0
    for entry in $(listing text 1 | awk '{ print $1 }'); do
        test -e "$srcdir/$entry" || { echo "$entry"; status=1; }
    done
    return "$status"
}

check "the C listing is examples/hello.c" c_listing
check "the config is what 'syncline init' writes" config_listing
check "the Python listing is from examples/plain.py" python_listing
check "the tree is there" tree_listing
done_testing
