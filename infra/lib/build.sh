# SPDX-FileCopyrightText: 2026 The Syncline authors
# SPDX-License-Identifier: MIT
#
# Sourced by test.sh and demo.sh: builds Syncline out of tree. Needs $here (infra/) and sets $repository.

repository=$(CDPATH='' cd -- "$here/.." && pwd)

say() { printf '%s\n' "$*"; }
die() { printf '%s: %s\n' "${0##*/}" "$*" >&2; exit 1; }

# What configure depends on: when it changes, the build is configured anew.
build_recipe() {
    (cd "$repository" && find . -name node_modules -prune -o -name '.*' ! -name . -prune -o -path './build*' -prune -o \
        \( -name '*.mk' -o -name configure.ac -o -name Makefile.am \) -type f -print | sort | xargs cat
     printf '%s\n' "$@") | sha256sum
}

# build_in DIRECTORY [CONFIGURE-OPTION...]: configures if need be, and makes.
build_in() (
    directory=$1
    shift
    recipe=$(build_recipe "$@")
    if [ ! -x "$repository/configure" ] || [ "$(cat "$directory/recipe" 2>/dev/null)" != "$recipe" ]; then
        run_quietly "$directory.autoreconf.log" autoreconf -fi "$repository"
        mkdir -p "$directory"
        cd "$directory"
        run_quietly "$directory.configure.log" "$repository/configure" --quiet "$@"
        printf '%s\n' "$recipe" >recipe
    fi
    cd "$directory"
    run_quietly "$directory.make.log" make --silent -j"$(nproc)"
)

# Shows what a step printed only when it failed.
run_quietly() {
    log=$1
    shift
    mkdir -p "$(dirname -- "$log")"
    if ! "$@" >"$log" 2>&1; then
        tail -n 60 "$log" >&2
        die "this failed: $*; all it printed is in $log"
    fi
}
