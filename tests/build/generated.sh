#!/bin/sh
# SPDX-FileCopyrightText: 2026 The Syncline authors
# SPDX-License-Identifier: MIT
#
# Manual pages, completions and the tables of keys and codes are what the command would print today.
# 'make regenerate' brings them up to date.
set -u
. "${G_TEST_SRCDIR:-.}/tests/build/tap.sh"

regenerate() { sh "$srcdir/docs/regenerate.sh" "$srcdir" "$scratch/tree"; }

fresh() { diff -u "$srcdir/$1" "$scratch/tree/$1"; }

not_there() {
    if command -v "$1" >/dev/null; then return 1; fi
    tap_count=$((tap_count + 1))
    echo "ok $tap_count - $2 # SKIP there is no $1"
}

# A page that says nothing of a command or of an exit code is not whole.
names_all_commands() {
    status=0
    "$SYNCLINE_COMMAND" help | sed -n '/^Commands:/,/^$/s/^  \(queue [a-z]*\|schema [a-z]*\|[a-z]*\) .*/\1/p' >"$scratch/names"
    test -s "$scratch/names" || return 1
    while read -r verb; do
        grep -q -F ".B syncline $verb" "$srcdir/docs/man/syncline.1" || { echo "$verb"; status=1; }
    done <"$scratch/names"
    return "$status"
}

names_all_plugins() {
    for plugin in $("$SYNCLINE_COMMAND" plugins --json | grep -o '"name": *"[^"]*"' | sed 's/.*"\(.*\)"/\1/'); do
        grep -q -F "### \`[$plugin]\`" "$srcdir/docs/configuration.md" || { echo "$plugin"; return 1; }
    done
}

names_all_functions() {
    functions=$(grep -o '^ \* syncline_[a-z_]*:' "$srcdir/include/syncline/$1" | tr -d ' *:')
    test -n "$functions" || return 1
    for function in $functions; do
        grep -q -F ".SS $function" "$srcdir/docs/man/$2" || { echo "$function"; return 1; }
    done
}

# What groff complains about, a reader sees.
page_is_sound() {
    groff -man -Tutf8 -ww -z "$1" >"$scratch/complaints" 2>&1
    test ! -s "$scratch/complaints" || { cat "$scratch/complaints"; return 1; }
}

# What bash offers after the words given, the last of which is being typed.
bash_offers() {
    bash -c '. "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _syncline; echo "${COMPREPLY[*]}"' \
        bash "$srcdir/cli/completions/syncline.bash" "$@"
}

offers() {
    wanted=$1
    shift
    offered=$(bash_offers "$@")
    case " $offered " in *" $wanted "*) ;; *) echo "offered: $offered"; return 1 ;; esac
}

check "the documents can be made" regenerate
for page in "$srcdir"/docs/man/*; do
    check "docs/man/${page##*/} is fresh" fresh "docs/man/${page##*/}"
done
for file in docs/statistics.md \
    cli/completions/syncline.bash cli/completions/_syncline cli/completions/syncline.fish docs/configuration.md docs/uploads.md; do
    check "$file is fresh" fresh "$file"
done
check "syncline(1) has every command" names_all_commands
check "docs/configuration.md has every plugin" names_all_plugins
for page in "$srcdir"/docs/man/*; do
    not_there groff "groff takes ${page##*/}" || check "groff takes ${page##*/}" page_is_sound "$page"
done
check "syncline-client(3) has every function of client.h" names_all_functions client.h syncline-client.3
if ! not_there bash "bash completes"; then
    check "bash completes a command" offers queue syncline qu
    check "bash completes the second word" offers discard syncline queue dis
    check "bash completes an option" offers --rejected syncline queue list --re
    check "bash does not take a value for a command" offers status syncline -c x.conf stat
fi
not_there zsh "zsh takes its completions" || check "zsh takes its completions" zsh -n "$srcdir/cli/completions/_syncline"
not_there fish "fish takes its completions" || check "fish takes its completions" fish -n "$srcdir/cli/completions/syncline.fish"
done_testing
