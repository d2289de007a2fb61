#!/bin/sh
# SPDX-FileCopyrightText: 2026 The Syncline authors
# SPDX-License-Identifier: MIT
#
# What a program or a plugin outside of this tree builds against: syncline.pc and the headers.
set -u
. "${G_TEST_SRCDIR:-.}/tests/build/tap.sh"

command -v pkg-config >/dev/null || skip_all "there is no pkg-config"
compiler=${CC:-cc}
command -v "${compiler%% *}" >/dev/null || skip_all "there is no compiler"

PKG_CONFIG_PATH=$builddir/core${PKG_CONFIG_PATH:+:$PKG_CONFIG_PATH}
export PKG_CONFIG_PATH

variable() { pkg-config --variable="$1" syncline; }

is() { test "$1" = "$2" || { echo "'$1' is not '$2'"; return 1; }; }

# The directory that plugins are installed in must be the one that the library looks into.
library_looks_there() { grep -a -q -F "$(variable plugindir)" "$builddir/core/.libs/libsyncline.so"; }

install_headers() {
    MAKEFLAGS='' make -s -C "$builddir" DESTDIR="$scratch/root" \
        install-synclineincludeHEADERS install-nodist_synclineincludeHEADERS
}

cflags() { echo "-I$scratch/root$(variable includedir) $(pkg-config --cflags gio-2.0)"; }

# Alone, so that each header includes what it uses.
header_stands_alone() {
    echo "#include <syncline/$1>" >"$scratch/alone.c"
    # shellcheck disable=SC2046,SC2086
    $compiler -fsyntax-only -Wall -Wextra -Werror $(cflags) "$scratch/alone.c"
}

# shellcheck disable=SC2016
version=$(sed -n 's/^#define SYNCLINE_VERSION "\(.*\)"/\1/p' "$builddir/include/syncline/version.h")

check "pkg-config finds Syncline and what it requires" pkg-config --exists --print-errors syncline
check "the version is that of the headers" is "$(pkg-config --modversion syncline)" "$version"
check "plugindir is in libdir" is "$(variable plugindir)" "$(variable libdir)/syncline/plugins"
check "the library looks for plugins in plugindir" library_looks_there
check "the headers can be installed" install_headers
for header in "$scratch/root$(variable includedir)"/syncline/*.h; do
    name=$(basename "$header")
    check "<syncline/$name> stands alone" header_stands_alone "$name"
done
done_testing
