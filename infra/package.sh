#!/bin/sh
# SPDX-FileCopyrightText: 2026 The Syncline authors
# SPDX-License-Identifier: MIT
#
# Builds the Debian packages of what is committed, installs them into a root of their own, runs the command
# from there and removes them again. Needs dpkg-dev and debhelper; lintian, if there is one, has its say.
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

# As a package manager does it, but for what is there of the system already and for a chroot, which would need
# privileges.
dpkg_in_root() { dpkg --root="$work/root" --force-depends --force-not-root --force-script-chrootless --log=/dev/null "$@"; }

mkdir -p "$work/root/var/lib/dpkg/updates" "$work/root/var/lib/dpkg/info"
: >"$work/root/var/lib/dpkg/status"
packages=$(find "$work" -maxdepth 1 -name '*.deb' ! -name '*-dbgsym_*' | sort)
for package in $packages; do say "  ${package##*/}"; done
# Their names hold no spaces.
# shellcheck disable=SC2086
dpkg_in_root --install $packages >"$work/log" 2>&1 || { tail -n 40 "$work/log"; die "the packages can't be installed"; }

# No bug of Debian's asks for these packages, which are not meant for its archive.
if command -v lintian >/dev/null; then
    lintian --fail-on error,warning --suppress-tags initial-upload-closes-no-bugs "$work"/*.changes ||
        die "lintian finds faults"
fi

# The library is found by its path, and the plugins below the root.
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
for file in lib/systemd/system/syncline@.service usr/share/man/man1/syncline.1.gz usr/share/man/man3/syncline-client.3.gz \
    usr/share/man/man7/syncline-plugin.7.gz usr/include/syncline/client.h; do
    [ -e "$work/root/$file" ] || die "$file is not installed"
done
say "$found is installed, finds its plugins and opens a database"

dpkg_in_root --purge syncline syncline-doc syncline-plugins libsyncline-dev libsyncline0 >"$work/log" 2>&1 ||
    { tail -n 40 "$work/log"; die "the packages can't be removed"; }
left=$(find "$work/root" -path "$work/root/var/lib/dpkg" -prune -o -name '*syncline*' -print)
[ -z "$left" ] || die "after the packages were removed there is still: $left"
say "and removed again, without a trace"
if [ -n "${1:-}" ]; then
    mkdir -p "$1"
    # shellcheck disable=SC2086
    cp $packages "$1"
fi
