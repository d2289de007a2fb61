# SPDX-FileCopyrightText: 2026 The Syncline authors
# SPDX-License-Identifier: MIT
# shellcheck shell=sh disable=SC2034
#
# What the verbs share: the Supabase project they belong to and its settings.
# Sourced, with $here set by the verb.

: "${here:?is set by the verb that sources this}"

say() { printf '%s\n' "$*"; }
die() { printf '%s: %s\n' "${0##*/}" "$*" >&2; exit 1; }

repository=$(CDPATH='' cd -- "$here/../.." && pwd)
project=$(sed -n 's/^project_id *= *"\(.*\)".*/\1/p' "$repository/supabase/config.toml")
powersync_url=http://127.0.0.1:${POWERSYNC_PORT:-8080}

require_tools() {
    command -v docker >/dev/null || die "Docker is missing; without it there is infra/local"
    docker compose version >/dev/null 2>&1 || die "the Compose plugin of Docker is missing"
    command -v supabase >/dev/null || die "the Supabase CLI is missing; see https://supabase.com/docs/guides/local-development"
}

# Containers of the Supabase CLI carry the project's name.
database_container=supabase_db_$project

# The CLI prints NAME="value" lines: API_URL, ANON_KEY, JWT_SECRET, DB_URL, ...
load_supabase() {
    settings=$(cd "$repository" && supabase status --output env 2>/dev/null) \
        || die "the Supabase stack does not run; start it in $repository with: supabase start"
}

supabase_setting() { printf '%s\n' "$settings" | sed -n "s/^$1=\"\{0,1\}\([^\"]*\)\"\{0,1\}$/\1/p"; }

compose() {
    PS_DATA_SOURCE_URI=postgresql://postgres:postgres@$database_container:5432/postgres \
    PS_JWKS_URL=http://supabase_kong_$project:8000/auth/v1/.well-known/jwks.json \
    PS_SUPABASE_JWT_SECRET=$(supabase_setting JWT_SECRET) \
    SUPABASE_NETWORK=supabase_network_$project \
        docker compose --project-directory "$here" "$@"
}
