#!/bin/sh
# SPDX-FileCopyrightText: 2026 The Syncline authors
# SPDX-License-Identifier: MIT
#
# Stops a local stack and removes everything it kept.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
. "$here/lib/stack.sh"
. "$here/lib/process.sh"

usage() { say "usage: stop.sh [--name NAME]"; }

while [ $# -gt 0 ]; do take_common_option "$@"; shift 2; done

release_ports() {
    [ -r "$settings" ] || return 0
    # shellcheck source=/dev/null
    . "$settings"
    for port in "$PGPORT" "$API_PORT" "$POWERSYNC_PORT"; do
        rmdir "$root/.ports/$port" 2>/dev/null || true
    done
}

[ -d "$state" ] || { say "no stack '$name' is running"; exit 0; }

terminate powersync TERM
terminate api TERM
# The data goes away with the stack: no need for an orderly shutdown.
terminate postgres QUIT
release_ports
rm -rf "$state"
say "stack '$name' is stopped and gone"
