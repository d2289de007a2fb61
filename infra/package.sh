#!/bin/sh
# SPDX-FileCopyrightText: 2026 The Syncline authors
# SPDX-License-Identifier: MIT
#
# Builds the Debian packages of what is committed, unpacks them into a root of their own and runs the command
# from there. Needs dpkg-dev and debhelper; lintian, if there is one, has its say.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
repository=$(CDPATH='' cd -- "$here/.." && pwd)

say() { printf '%s\n' "$*"; }
die() { printf 'package.sh: %s\n' "$*" >&2; exit 1; }

for tool in dpkg-buildpackage dh; do
    command -v "$tool" >/dev/null || die "$tool is missing; apt-get install dpkg-dev debhelper"
done

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/source" "$work/root"
git -C "$repository" archive HEAD | tar -x -C "$work/source"

say "Building the packages"
(cd "$work/source" && DEB_BUILD_OPTIONS="nocheck parallel=$(nproc)" dpkg-buildpackage -us -uc -b) >"$work/log" 2>&1 ||
    { tail -n 60 "$work/log"; die "the build failed"; }

for package in "$work"/*.deb; do
    case $package in *-dbgsym_*) continue ;; esac
    say "  ${package##*/}"
    dpkg-deb -x "$package" "$work/root"
done

if command -v lintian >/dev/null; then
    lintian --fail-on error "$work"/*.changes
fi

# Not ldconfig and not a chroot, which would need privileges: the library is found by its path, and the
# plugins where the library was told at build time that they are, below the root.
libraries=$(dirname "$work"/root/usr/lib/*/libsyncline.so.0)
export LD_LIBRARY_PATH="$libraries" SYNCLINE_PLUGIN_PATH="$libraries/syncline/plugins"
program=$work/root/usr/bin/syncline
wanted="syncline $(dpkg-parsechangelog -l "$repository/debian/changelog" -S Version | sed 's/-[^-]*$//')"
found=$("$program" version)
[ "$found" = "$wanted" ] || die "the installed command says \"$found\", not \"$wanted\""
"$program" plugins | grep -q '^sqlite-store' || die "the installed command does not find its plugins"
"$program" init -q --dir "$work/deployment"
SUPABASE_URL=http://127.0.0.1:1 SUPABASE_ANON_KEY=none POWERSYNC_URL=http://127.0.0.1:1 \
    "$program" -c "$work/deployment/syncline.conf" sql "SELECT count(*) FROM todos" >/dev/null ||
    die "the installed command does not open a database"
say "$found is installed, finds its plugins and opens a database"
if [ -n "${1:-}" ]; then
    mkdir -p "$1"
    cp "$work"/*.deb "$1"
fi
