#!/bin/sh
# SPDX-FileCopyrightText: 2026 The Syncline authors
# SPDX-License-Identifier: MIT
#
# Runs a test in Python against the library and the introspection data of this build, with the first
# Python that has PyGObject.
set -u
builddir=${G_TEST_BUILDDIR:-.}

skip() {
    echo "1..0 # SKIP $1"
    exit 0
}

[ -s "$builddir/bindings/Syncline-0.1.typelib" ] || skip "built without introspection data"
GI_TYPELIB_PATH=$builddir/bindings
LD_LIBRARY_PATH=$builddir/core/.libs${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
PYTHONDONTWRITEBYTECODE=1
export GI_TYPELIB_PATH LD_LIBRARY_PATH PYTHONDONTWRITEBYTECODE

for python in "${PYTHON:-python3}" /usr/bin/python3; do
    "$python" -c 'from gi.repository import Gio' 2>/dev/null || continue
    exec "$python" "$@"
done
skip "no Python with PyGObject"
