#!/bin/sh
# SPDX-FileCopyrightText: 2026 The Syncline authors
# SPDX-License-Identifier: MIT
#
# Says which services of a stack answer. Exit status 0 if all of them do.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
. "$here/lib/stack.sh"
. "$here/lib/process.sh"
. "$here/lib/postgres.sh"
. "$here/lib/service.sh"

usage() { say "usage: status.sh [--name NAME] [--wait SECONDS]"; }

patience=0
while [ $# -gt 0 ]; do
    case $1 in
        --wait) [ $# -ge 2 ] || die "--wait needs a number of seconds"; patience=$2; shift 2 ;;
        *) take_common_option "$@"; shift 2 ;;
    esac
done

load_settings

all_answer() { service_answers postgres && service_answers api && service_answers powersync; }

report() {
    if service_answers "$1" 2>/dev/null; then say "$1: live on port $2"
    elif is_alive "$1"; then say "$1: running, does not answer on port $2; see $state/$1.log"
    else say "$1: not running; start it with: sh infra/local/service.sh --name $name start $1"
    fi
}

[ "$patience" -eq 0 ] || wait_until "$patience" "an answer from every service" all_answer || true
report postgres "$PGPORT"
report api "$API_PORT"
report powersync "$POWERSYNC_PORT"
all_answer 2>/dev/null
