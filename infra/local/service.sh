#!/bin/sh
# SPDX-FileCopyrightText: 2026 The Syncline authors
# SPDX-License-Identifier: MIT
#
# Stops, starts or kills one service of a running stack, as tests of bad days do.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
. "$here/lib/stack.sh"
. "$here/lib/process.sh"
. "$here/lib/postgres.sh"
. "$here/lib/service.sh"

usage() {
    cat <<EOF
usage: service.sh [--name NAME] start|stop|restart|kill [--fresh] SERVICE...

SERVICE is postgres, api or powersync. stop is orderly, kill is SIGKILL; start
waits until the service answers. --fresh makes a starting powersync forget its
history and give its buckets new names, as a deployment of new sync rules does.
EOF
}

verb='' services='' fresh=''
while [ $# -gt 0 ]; do
    case $1 in
        start|stop|restart|kill) verb=$1; shift ;;
        postgres|api|powersync) services="$services $1"; shift ;;
        --fresh) fresh=1; shift ;;
        *) take_common_option "$@"; shift 2 ;;
    esac
done
if [ -z "$verb" ] || [ -z "$services" ]; then usage >&2; exit 2; fi

load_settings
export PGHOST=127.0.0.1 PGPORT PGUSER=postgres PGPASSWORD

for service_name in $services; do
    case $verb in
        stop|restart) service_stop "$service_name" ;;
        kill) terminate "$service_name" KILL ;;
    esac
done
for service_name in $services; do
    case $verb in
        start|restart) service_start "$service_name"; service_wait "$service_name" ;;
    esac
done
say "${verb}:${services}"
