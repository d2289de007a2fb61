#!/bin/sh
# SPDX-FileCopyrightText: 2026 The Syncline authors
# SPDX-License-Identifier: MIT
#
# Starts a local stack without Docker and waits until it is live.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
. "$here/lib/stack.sh"
. "$here/lib/process.sh"
. "$here/lib/postgres.sh"
. "$here/lib/database.sh"
. "$here/lib/service.sh"

usage() {
    cat <<EOF
usage: start.sh [--name NAME] [--migrations DIR] [--sync-rules FILE] [--seed FILE]

Starts PostgreSQL, a Supabase-compatible API and a stand-in for the PowerSync
service on free ports of 127.0.0.1. Without options it takes the migrations,
the sync rules and the seed in supabase/. --migrations '' and --seed '' leave
them out. Several stacks run side by side under different names.
EOF
}

MIGRATIONS=$repository/supabase/migrations
SYNC_RULES=$repository/supabase/powersync-sync-rules.yaml
SEED=$repository/supabase/seed.sql
PGDATABASE=syncline
JWT_EXPIRY=${SYNCLINE_STACK_JWT_EXPIRY:-3600}

while [ $# -gt 0 ]; do
    case $1 in
        --migrations) [ $# -ge 2 ] || die "--migrations needs a directory"; MIGRATIONS=${2:+$(absolute "$2")}; shift 2 ;;
        --sync-rules) [ $# -ge 2 ] || die "--sync-rules needs a file"; SYNC_RULES=$(absolute "$2"); shift 2 ;;
        --seed) [ $# -ge 2 ] || die "--seed needs a file"; SEED=${2:+$(absolute "$2")}; shift 2 ;;
        *) take_common_option "$@"; shift 2 ;;
    esac
done

check_inputs() {
    [ -x "$node" ] || die "the npm packages of the local stack are missing; install them with: sh infra/setup.sh"
    [ -z "$MIGRATIONS" ] || [ -d "$MIGRATIONS" ] || die "no directory $MIGRATIONS (--migrations)"
    [ -r "$SYNC_RULES" ] || die "cannot read $SYNC_RULES (--sync-rules)"
    [ -z "$SEED" ] || [ -r "$SEED" ] || die "cannot read $SEED (--seed)"
    case $JWT_EXPIRY in
        ''|0*|*[!0-9]*) die "SYNCLINE_STACK_JWT_EXPIRY must be a number of seconds, not '$JWT_EXPIRY'" ;;
    esac
}

# The state directory is the lock. It appears at once and with its owner's name in
# it: renaming fails if there is one already, and there is no moment in between.
claim_state() {
    mkdir -p "$root"
    [ -O "$root" ] || die "$root belongs to another user; choose another place with SYNCLINE_STACK_DIR"
    # The user `postgres` has to get through, and to see nothing on the way.
    chmod 711 "$root"
    claim=$root/.claim.$$
    mkdir "$claim"
    chmod 711 "$claim"
    printf '%s %s\n' "$$" "$(start_time $$)" >"$claim/starter.pid"
    trap 'rm -rf "$claim"' EXIT
    while ! mv -T "$claim" "$state" 2>/dev/null; do settle_with_existing; done
    trap 'abandon' EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM
}

settle_with_existing() {
    ! is_alive starter || wait_until 60 "the other start of stack '$name'" is_gone starter
    if is_alive postgres && is_alive api && is_alive powersync; then
        say "stack '$name' is running already"
        exit 0
    fi
    say "clearing away what is left of an earlier stack '$name'"
    sh "$here/stop.sh" --name "$name" >/dev/null
}

# Not reached the end: leave nothing behind but the logs' last words.
abandon() {
    status=$?
    trap - EXIT INT TERM
    say "start.sh: stack '$name' was not started; cleaning up" >&2
    sh "$here/stop.sh" --name "$name" >/dev/null 2>&1 || true
    exit "$status"
}

# shellcheck disable=SC2046
choose_settings() {
    secrets=$("$node" "$here/lib/secrets.js")
    set -- $("$node" "$here/lib/ports.js" "$root/.ports" 3 "$state")
    [ $# -eq 3 ] || die "no free ports were found; the message is above"
    (umask 077; cat >"$settings" <<EOF
PGPORT=$1
API_PORT=$2
POWERSYNC_PORT=$3
PGDATABASE=$PGDATABASE
JWT_EXPIRY=$JWT_EXPIRY
MIGRATIONS='$MIGRATIONS'
SYNC_RULES='$SYNC_RULES'
SEED='$SEED'
$secrets
EOF
    )
    load_settings
    export PGHOST=127.0.0.1 PGPORT PGUSER=postgres PGPASSWORD
}

check_inputs
claim_state
choose_settings

postgres_create
postgres_start
say "PostgreSQL on port $PGPORT"

database_create
database_migrate
database_seed
say "database migrated and seeded"

service_start api
service_start powersync
service_wait api
say "Supabase-compatible API on http://127.0.0.1:$API_PORT"
service_wait powersync
say "stand-in for the PowerSync service on http://127.0.0.1:$POWERSYNC_PORT"

rm -f "$state/starter.pid"
trap - EXIT INT TERM
say "stack '$name' is live; its variables: sh infra/local/env.sh --name $name"
