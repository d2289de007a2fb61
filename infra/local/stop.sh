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

# A reservation is a link to the state of its stack; see lib/ports.js.
release_ports() {
    for port in "$root"/.ports/*; do
        [ -e "$port" ] || rm -f "$port"
    done
}

[ -d "$state" ] || { say "no stack '$name' is running"; exit 0; }

terminate powersync TERM
terminate api TERM
# The data goes away with the stack: no need for an orderly shutdown.
terminate postgres QUIT
rm -rf "$state"
release_ports
say "stack '$name' is stopped and gone"
