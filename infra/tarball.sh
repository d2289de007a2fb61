#!/bin/sh
# SPDX-FileCopyrightText: 2026 The Syncline authors
# SPDX-License-Identifier: MIT
#
# Makes the tarball of what is committed twice, in different places and at different times, and compares the two.
# tarball.sh [FOLDER] leaves it there.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
. "$here/lib/build.sh"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
SOURCE_DATE_EPOCH=$(git -C "$repository" log -1 --format=%ct)
export SOURCE_DATE_EPOCH

# make_tarball FOLDER UMASK
make_tarball() (
    umask "$2"
    mkdir -p "$work/$1"
    git -C "$repository" archive HEAD | tar -x -C "$work/$1"
    cd "$work/$1"
    run_quietly "$work/$1.log" autoreconf -fi
    run_quietly "$work/$1.log" ./configure --quiet --disable-introspection
    run_quietly "$work/$1.log" make --silent dist
)

make_tarball one 022
make_tarball another/place 077
name=$(basename "$work"/one/syncline-*.tar.xz)
cmp "$work/one/$name" "$work/another/place/$name" || die "two tarballs of the same commit differ"
say "$name: $(sha256sum <"$work/one/$name" | cut -d' ' -f1), twice the same"
[ -z "${1:-}" ] || { mkdir -p "$1" && cp "$work/one/$name" "$1"; }
