# SPDX-FileCopyrightText: 2026 The Syncline authors
# SPDX-License-Identifier: MIT
# shellcheck shell=sh disable=SC2154
#
# Debian's PostgreSQL on a data directory of its own. PostgreSQL refuses to run
# as root; root hands it to the user `postgres` that Debian's package created.

postgres_home() {
    found=$(find /usr/lib/postgresql -path '*/bin/initdb' 2>/dev/null | sort -V | tail -n 1)
    [ -n "$found" ] || die "no PostgreSQL in /usr/lib/postgresql; install it with: sh infra/setup.sh"
    dirname "$found"
}

# Prefix for commands that must not be root's. setpriv, unlike su and runuser,
# becomes the command and leaves no process in between.
unprivileged() {
    [ "$(id -u)" -eq 0 ] || { "$@"; return; }
    setpriv --reuid=postgres --regid=postgres --init-groups -- "$@"
}

postgres_create() {
    bin=$(postgres_home)
    mkdir "$state/postgres"
    [ "$(id -u)" -ne 0 ] || chown postgres: "$state/postgres"
    printf '%s\n' "$PGPASSWORD" >"$state/postgres/password"
    [ "$(id -u)" -ne 0 ] || chown postgres: "$state/postgres/password"
    chmod 600 "$state/postgres/password"
    (cd "$state/postgres" && unprivileged "$bin/initdb" --pgdata="$state/postgres/data" \
        --username=postgres --pwfile="$state/postgres/password" --auth=scram-sha-256 \
        --encoding=UTF8 --locale=C.UTF-8 --no-sync >"$state/initdb.log" 2>&1) \
        || die "initdb failed; see $state/initdb.log"
    rm -f "$state/postgres/password"
    postgres_configure
}

# Durability is of no use to a database that is thrown away. synchronous_commit
# stays on: it is what sends a commit to the replication stream at once.
postgres_configure() {
    unprivileged tee "$state/postgres/data/postgresql.auto.conf" >/dev/null <<EOF
listen_addresses = '127.0.0.1'
port = $PGPORT
unix_socket_directories = '$(socket_directory)'
wal_level = logical
max_wal_senders = 16
max_replication_slots = 16
max_connections = 100
shared_buffers = 64MB
max_wal_size = 2GB
fsync = off
full_page_writes = off
jit = off
timezone = 'UTC'
log_timezone = 'UTC'
EOF
}

# A socket's path may have about a hundred bytes; without room, TCP only.
socket_directory() {
    [ ${#state} -gt 70 ] || printf '%s' "$state/postgres"
}

postgres_start() {
    bin=$(postgres_home)
    if [ "$(id -u)" -eq 0 ]; then
        spawn postgres setpriv --reuid=postgres --regid=postgres --init-groups -- \
            "$bin/postgres" -D "$state/postgres/data"
    else
        spawn postgres "$bin/postgres" -D "$state/postgres/data"
    fi
    wait_until 20 "the start of PostgreSQL (see $state/postgres.log)" postgres_answers
}

postgres_answers() {
    is_alive postgres && "$(postgres_home)/pg_isready" -q -h 127.0.0.1 -p "$PGPORT" -d postgres -U postgres
}

# sql DATABASE [psql's arguments]: stops at the first error.
sql() {
    database=$1; shift
    psql --no-psqlrc --quiet --set=ON_ERROR_STOP=1 --dbname="$database" "$@"
}
