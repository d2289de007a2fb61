# SPDX-FileCopyrightText: 2026 The Syncline authors
# SPDX-License-Identifier: MIT
# shellcheck shell=sh disable=SC2154
#
# The database inside the server: what a new Supabase project has before the
# first migration, then the project's own migrations and seed.

database_create() {
    sql postgres --command="create database $PGDATABASE"
    sql "$PGDATABASE" --output=/dev/null --file="$here/bootstrap.sql"
    "$node" "$here/api/auth-schema.js" | PGOPTIONS="-c client_min_messages=warning" sql "$PGDATABASE" --output=/dev/null
}

# A replication slot holds on to its database; it goes first.
database_drop() {
    sql postgres --output=/dev/null --command="
        select pg_drop_replication_slot(slot_name) from pg_replication_slots where database = '$PGDATABASE'"
    sql postgres --command="drop database if exists $PGDATABASE with (force)"
}

database_migrate() {
    [ -n "$MIGRATIONS" ] || return 0
    for migration in "$MIGRATIONS"/*.sql; do
        [ -e "$migration" ] || continue
        run_file "$migration"
    done
}

database_seed() {
    [ -z "$SEED" ] || run_file "$SEED"
}

# One transaction a file, as the Supabase CLI does.
run_file() {
    sql "$PGDATABASE" --single-transaction --output=/dev/null <"$1" || die "$1 failed; the message is above"
}
