# SPDX-FileCopyrightText: 2026 The Syncline authors
# SPDX-License-Identifier: MIT
# shellcheck shell=sh disable=SC2154
#
# The two Node services: `api` (REST and auth) and `powersync` (the stand-in).

service_start() {
    ! is_alive "$1" || return 0
    case $1 in
        postgres) postgres_start ;;
        api) start_api ;;
        powersync) start_powersync ;;
        *) no_such_service "$1" ;;
    esac
}

# In subshells: what is exported for one service is nobody else's business.
start_api() (
    export API_PORT JWT_SECRET JWT_EXPIRY ANON_KEY SERVICE_ROLE_KEY
    DATABASE_URL=$(database_url) && export DATABASE_URL
    spawn api "$node" "$here/api/main.js"
)

start_powersync() (
    export PS_PORT="$POWERSYNC_PORT" PS_SYNC_RULES="$SYNC_RULES" PS_HISTORY="$state/history"
    export PS_JWT_SECRET="$JWT_SECRET" PS_ADMIN_TOKEN="$POWERSYNC_ADMIN_TOKEN" PS_FRESH="${fresh:-}"
    export PS_JWKS_URL="http://127.0.0.1:$API_PORT/auth/v1/.well-known/jwks.json"
    PS_DATABASE_URL=$(database_url) && export PS_DATABASE_URL
    spawn powersync "$node" --max-old-space-size=6144 "$here/powersync-standin/main.js"
)

no_such_service() { die "there is no service '$1'; there are postgres, api and powersync"; }

service_wait() {
    wait_until 300 "the start of $1 (see $state/$1.log)" service_settled "$1" || return 1
    is_alive "$1" || { tail -n 20 "$state/$1.log" >&2; die "$1 ended while starting; its last words are above"; }
}

# Ready, or dead: either way there is nothing more to wait for.
service_settled() { is_gone "$1" || service_answers "$1"; }

service_answers() {
    case $1 in
        postgres) postgres_answers ;;
        api) curl -fsS -m 2 -o /dev/null "http://127.0.0.1:$API_PORT/auth/v1/health" -H "apikey: $ANON_KEY" ;;
        powersync) curl -fsS -m 2 -o /dev/null "http://127.0.0.1:$POWERSYNC_PORT/probes/readiness" ;;
    esac
}

# PostgreSQL's SIGINT is its fast shutdown: clients are cut, data is kept.
service_stop() {
    case $1 in
        postgres) terminate postgres INT ;;
        api|powersync) terminate "$1" TERM ;;
        *) no_such_service "$1" ;;
    esac
}

database_url() { printf 'postgres://postgres:%s@127.0.0.1:%s/%s\n' "$PGPASSWORD" "$PGPORT" "$PGDATABASE"; }
