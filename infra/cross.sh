#!/bin/sh
# SPDX-FileCopyrightText: 2026 The Syncline authors
# SPDX-License-Identifier: MIT
#
# Builds for another kind of machine with Debian's cross compiler, and runs what it built under qemu-user if there is
# one: cross.sh arm64|armhf. The libraries of that machine are downloaded with apt into a folder of their own; the
# system stays as it is. Needs gcc-aarch64-linux-gnu or gcc-arm-linux-gnueabihf; qemu-user to run.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
. "$here/lib/build.sh"

case ${1:-} in
    arm64) triplet=aarch64-linux-gnu emulator=qemu-aarch64 ;;
    armhf) triplet=arm-linux-gnueabihf emulator=qemu-arm ;;
    *) die "usage: cross.sh arm64|armhf" ;;
esac
architecture=$1
command -v "$triplet-gcc" >/dev/null || die "there is no $triplet-gcc; apt-get install gcc-$triplet"
builds=${SYNCLINE_BUILDS:-$repository/build}
root=$builds/sysroot-$architecture
build=$builds/$architecture

# As if that machine were being set up: nothing is installed there yet.
apt_of_target() {
    apt-get -qq -o "APT::Architecture=$architecture" -o "APT::Architectures=$architecture" \
        -o "Dir::State=$root/apt" -o "Dir::State::status=$root/apt/status" -o "Dir::Cache=$root/apt" \
        -o Debug::NoLocking=1 -o APT::Sandbox::User= "$@"
}

make_sysroot() {
    [ ! -e "$root/complete" ] || return 0
    mkdir -p "$root/apt/lists/partial" "$root/apt/archives/partial"
    : >"$root/apt/status"
    # What could not be fetched is missed below, if it is needed.
    apt_of_target update >"$root/apt/log" 2>&1 || :
    apt_of_target install --yes --download-only --no-install-recommends libc6-dev libglib2.0-dev libsqlite3-dev \
        libcurl4-openssl-dev libjson-c-dev libsodium-dev >>"$root/apt/log" 2>&1 ||
        { tail -n 20 "$root/apt/log" >&2; die "the packages of $architecture can't be downloaded"; }
    for package in "$root"/apt/archives/*.deb; do dpkg-deb -x "$package" "$root"; done
    rm -rf "$root/apt"
    : >"$root/complete"
}

cross_build() {
    export PKG_CONFIG_SYSROOT_DIR="$root"
    export PKG_CONFIG_LIBDIR="$root/usr/lib/$triplet/pkgconfig:$root/usr/share/pkgconfig"
    build_in "$build" --host="$triplet" --enable-werror --enable-static-plugins \
        --disable-introspection --disable-vala \
        CC="$triplet-gcc --sysroot=$root" CFLAGS='-Os -ffunction-sections -fdata-sections' \
        LDFLAGS="-Wl,-rpath-link,$root/usr/lib/$triplet:$root/lib/$triplet"
}

# That machine's programs, with its libraries and ours.
emulate() {
    "$emulator" -L "$root" -E "LD_LIBRARY_PATH=$build/core/.libs:$root/usr/lib/$triplet:$root/lib/$triplet" "$@"
}

run_it() {
    deployment=$(mktemp -d)
    trap 'rm -rf "$deployment"' EXIT
    export SYNCLINE_PLUGIN_PATH="$build/plugins/.libs" SUPABASE_URL=http://127.0.0.1:1 SUPABASE_ANON_KEY=none \
        POWERSYNC_URL=http://127.0.0.1:1
    emulate "$build/cli/.libs/syncline" init -q --dir "$deployment"
    emulate "$build/cli/.libs/syncline" -c "$deployment/syncline.conf" sql -q \
        "INSERT INTO todos (description) VALUES ('written there')"
    found=$(emulate "$build/cli/.libs/syncline" -c "$deployment/syncline.conf" sql "SELECT description FROM todos")
    [ "$found" = "written there" ] || die "the database holds \"$found\""
    # The static program knows its plugins by itself; nobody is signed in, so it stops after writing.
    found=$(cd "$deployment" && SYNCLINE_PLUGIN_PATH='' emulate "$build/examples/embedded" 2>/dev/null) || :
    [ "$found" = "Buy milk" ] || die "the static program says \"$found\""
    # Parsers and 64-bit numbers are what differs between machines.
    for program in json-pull bson ndjson jwt checkpoint json-normalizer sqlite-store-queue; do
        make -C "$build" --silent "tests/unit/$program" >"$build.$program.log" 2>&1 ||
            { tail -n 20 "$build.$program.log" >&2; die "tests/unit/$program does not build"; }
        binary=$build/tests/unit/.libs/$program
        [ -x "$binary" ] || binary=$build/tests/unit/$program
        (cd "$build" && G_TEST_SRCDIR="$repository" G_TEST_BUILDDIR="$build" emulate "$binary" >"$build.$program.log" 2>&1) ||
            { tail -n 20 "$build.$program.log" >&2; die "tests/unit/$program fails on $architecture"; }
        say "  tests/unit/$program passes"
    done
}

say "Libraries of $architecture"
make_sysroot
say "Building for $architecture"
cross_build
make -C "$build" --silent print-size
if command -v "$emulator" >/dev/null; then
    say "Running it under $emulator"
    run_it
else
    say "There is no $emulator, so it was built only"
fi
say "$architecture: done"
