#!/bin/sh
# SPDX-FileCopyrightText: 2026 The Syncline authors
# SPDX-License-Identifier: MIT
#
# The units are ones that systemd takes, and hand the process what docs/service.md promises.
set -u
. "${G_TEST_SRCDIR:-.}/tests/build/tap.sh"

command -v systemd-analyze >/dev/null || skip_all "there is no systemd-analyze"

# Syncline may not be installed yet: the program that was built stands in for it.
prepare() {
    sed "s|^ExecStart=[^ ]*/syncline |ExecStart=$SYNCLINE_COMMAND |" "$builddir/infra/systemd/$1" >"$scratch/$2"
    grep -q "^ExecStart=$SYNCLINE_COMMAND -c " "$scratch/$2"
}

takes() {
    XDG_RUNTIME_DIR=$scratch systemd-analyze verify --man=no "$@" >"$scratch/complaints" 2>&1 || { cat "$scratch/complaints"; return 1; }
    ! grep -F "$scratch" "$scratch/complaints"
}

# Otherwise the check above would pass whatever the file said.
refuses_nonsense() {
    sed 's/^Type=notify/Type=nonsense/' "$scratch/syncline.service" >"$scratch/nonsense.service"
    ! takes "$scratch/nonsense.service"
}

has() { grep -q "^$2" "$builddir/infra/systemd/$1"; }

check "the unit of the system names the program" prepare syncline@.service syncline@shop.service
check "the unit of a user names the program" prepare syncline.service syncline.service
check "systemd takes the unit of the system" takes "$scratch/syncline@shop.service"
check "systemd takes the unit of a user" takes --user "$scratch/syncline.service"
check "systemd does not take everything" refuses_nonsense
for unit in syncline@.service syncline.service; do
    for line in Type=notify WatchdogSec= ExecReload=.*HUP TimeoutStopSec= NoNewPrivileges=yes; do
        check "$unit has $line" has "$unit" "$line"
    done
done
done_testing
