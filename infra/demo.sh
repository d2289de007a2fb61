#!/bin/sh
# SPDX-FileCopyrightText: 2026 The Syncline authors
# SPDX-License-Identifier: MIT
#
# Installs what is missing, builds, and shows the main job on a local stack: two devices of one user
# and one of another, each with a file and a process of its own.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
. "$here/lib/build.sh"

usage() {
    cat <<EOF2
usage: demo.sh

Shows, step by step, how devices write while offline and sync with a real
PostgreSQL. The exit status is 0 if every step was seen to work. What it starts
and writes is gone afterwards.
EOF2
}

case ${1:-} in
    '') ;;
    -h|--help) usage; exit 0 ;;
    *) usage >&2; exit 2 ;;
esac

builds=${SYNCLINE_BUILDS:-$repository/build}
patience=30000 # how long a step may take, in ms
SYNCLINE_STACK=demo-$$
export SYNCLINE_STACK
home='' processes='' step=0

# --- How it looks --------------------------------------------------------------------------------

bold='' plain='' good='ok'
if [ -t 1 ]; then
    case ${LC_ALL:-${LC_CTYPE:-${LANG:-}}} in *[Uu][Tt][Ff]-8|*[Uu][Tt][Ff]8) good='✓' ;; esac
    if [ -z "${NO_COLOR:-}" ] && [ "${TERM:-dumb}" != dumb ]; then
        bold=$(printf '\033[1m') plain=$(printf '\033[0m')
    fi
fi

next_step() {
    step=$((step + 1))
    printf '\n%s%s. %s%s\n' "$bold" "$step" "$*" "$plain"
}

note() { say "   $*"; }
seen() { say "   $good $*"; }

# --- Starting and stopping -----------------------------------------------------------------------

clean_up() {
    status=$?
    trap - EXIT INT TERM
    for process in $processes; do kill "$process" 2>/dev/null || :; done
    wait
    sh "$here/local/stop.sh" >/dev/null 2>&1 || :
    [ -z "$home" ] || rm -rf "$home"
    exit "$status"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# fail MESSAGE: says what was not seen, and what the devices had to say.
fail() {
    printf '\n   FAILED: %s\n' "$*" >&2
    for log in "$home"/*/run.log; do
        [ -s "$log" ] || continue
        say "   --- $log" >&2
        tail -n 15 "$log" >&2
    done
    exit 1
}

# A device is a directory: a config, the schema, soon a database.
make_device() {
    mkdir "$home/$1"
    cp "$repository/examples/lists-and-todos/schema.conf" "$home/$1/"
    # By default a device that finds no server waits up to a minute between its tries.
    sed '/^schema = /a retry-max = 1s' "$repository/examples/lists-and-todos/syncline.conf" \
        >"$home/$1/syncline.conf"
}

syncline() {
    device=$1
    shift
    "$builds/plain/cli/syncline" -c "$home/$device/syncline.conf" "$@"
}

# Not a function call: the process to be stopped is syncline itself.
run_device() {
    "$builds/plain/cli/syncline" -c "$home/$1/syncline.conf" run >"$home/$1/run.log" 2>&1 &
    processes="$processes $!"
}

sign_in() {
    device=$1 user=$2
    shift 2
    syncline "$device" login --email "$user@example.org" --password-file "$home/$user.password" "$@" \
        >"$home/$device/login.log" 2>&1 || { cat "$home/$device/login.log" >&2; fail "$user cannot sign in on $device"; }
}

# --- Looking at things ---------------------------------------------------------------------------

now() { echo $(($(date +%s%N) / 1000000)); }

# Any program can: here it is the sqlite3 shell, which knows nothing of Syncline.
local_sql() { sqlite3 -batch -cmd '.timeout 5000' "$home/$1/app.db" "$2"; }
server_sql() { "$psql" -XAtq -v ON_ERROR_STOP=1 "$DATABASE_URL" -c "$1"; }

# wait_for EXPECTED WHAT COMMAND...: runs it again and again until it prints what is expected.
# The time counts from the call of start_clock.
start_clock() { started=$(now); }
wait_for() {
    expected=$1 what=$2
    shift 2
    while :; do
        found=$("$@" 2>&1) || :
        took=$(($(now) - started))
        [ "$found" != "$expected" ] || break
        [ "$took" -lt "$patience" ] || fail "$what: there is '$found', not '$expected'"
        sleep 0.005
    done
    seen "$what: $took ms"
}

# expect EXPECTED WHAT COMMAND...: now, not some day.
expect() {
    expected=$1 what=$2
    shift 2
    found=$("$@" 2>&1) || :
    [ "$found" = "$expected" ] || fail "$what: there is '$found', not '$expected'"
    seen "$what"
}

# rest USER METHOD PATH [JSON]: as PostgREST's clients ask. curl is told on its standard input, so
# that no token shows in a list of processes.
rest() {
    rest_user=$1 method=$2 path=$3 json=${4:-}
    {
        printf 'url = "%s%s"\nrequest = %s\n' "$SUPABASE_URL" "$path" "$method"
        printf 'header = "apikey: %s"\nheader = "Content-Type: application/json"\n' "$SUPABASE_ANON_KEY"
        [ ! -r "$home/$rest_user.token" ] ||
            printf 'header = "Authorization: Bearer %s"\n' "$(cat "$home/$rest_user.token")"
        [ -z "$json" ] || printf 'data-raw = "%s"\n' "$(printf '%s' "$json" | sed 's/["\\]/\\&/g')"
    } | curl -fsS -K -
}

# A session of its own, for looking at the server as this user.
fetch_token() {
    json="{\"email\":\"$1@example.org\",\"password\":\"$(cat "$home/$1.password")\"}"
    answer=$(rest "$1" POST '/auth/v1/token?grant_type=password' "$json")
    printf '%s' "$answer" | sed 's/.*"access_token":"\([^"]*\)".*/\1/' >"$home/$1.token"
}

# "QUEUED REJECTED", as the command has it.
count_changes() {
    syncline "$1" status --json >"$home/$1/status.json"
    printf '%s %s\n' "$(sed -n 's/.*"queued": *\([0-9]*\).*/\1/p' "$home/$1/status.json")" \
        "$(sed -n 's/.*"rejected": *\([0-9]*\).*/\1/p' "$home/$1/status.json")"
}

find_psql() {
    for candidate in /usr/lib/postgresql/*/bin/psql psql; do
        ! command -v "$candidate" >/dev/null || psql=$candidate
    done
}

# --- Set-up --------------------------------------------------------------------------------------

say "${bold}Syncline: two devices of Ada, one of Boris, one PostgreSQL$plain"
printf '\nSet-up\n'
sh "$here/setup.sh" | sed 's/^/   /'
build_in "$builds/plain" --enable-werror --enable-debug
note "Syncline is built in $builds/plain"
SYNCLINE_PLUGIN_PATH=$builds/plain/plugins/.libs
export SYNCLINE_PLUGIN_PATH
sh "$here/local/start.sh" | sed 's/^/   /'
eval "$(sh "$here/local/env.sh")"
find_psql

umask 077
home=$(mktemp -d "${TMPDIR:-/tmp}/syncline-demo-XXXXXX")
for device in A B boris; do make_device "$device"; done
for user in ada boris; do head -c 18 /dev/urandom | base64 >"$home/$user.password"; done

# --- The demo ------------------------------------------------------------------------------------

next_step "Everybody signs in. Each device has a config file, a database file and a process."
sign_in A ada --sign-up
sign_in B ada
sign_in boris boris --sign-up
ada=$(server_sql "SELECT id FROM auth.users WHERE email = 'ada@example.org'")
fetch_token ada
fetch_token boris
seen "Ada on devices A and B, Boris on his own"
for device in A B boris; do run_device "$device"; done
start_clock
rest ada POST /rest/v1/lists '{"name":"Home"}'
wait_for Home "a first list of Ada's is on device A" local_sql A "SELECT name FROM lists"
wait_for Home "and on device B" local_sql B "SELECT name FROM lists"

next_step "The servers go away: nothing answers where the API and the PowerSync service were."
sh "$here/local/service.sh" stop api powersync >/dev/null
! rest ada GET /rest/v1/lists >/dev/null 2>&1 || fail "the API still answers"
seen "the API can't be reached"

next_step "Device A writes while offline, and reads its own write."
start_clock
todo=$(syncline A -q sql "INSERT INTO todos (description, tags, details, estimate)
    VALUES ('Buy milk', '[\"shop\",\"today\"]', '{\"litres\": 2}', '1.10') RETURNING id" --csv | tail -n 1)
note "written by the command 'syncline sql', from its start to its end: $(($(now) - started)) ms"
start_clock
wait_for "Buy milk" "device A reads it" local_sql A "SELECT description FROM todos WHERE id = '$todo'"
start_clock
local_sql A "UPDATE todos SET priority = 1 WHERE id = '$todo'"
note "changed by the sqlite3 shell: $(($(now) - started)) ms"
expect "Buy milk|1" "device A reads that, too" \
    local_sql A "SELECT description, priority FROM todos WHERE id = '$todo'"
expect 0 "Postgres has nothing of it" server_sql "SELECT count(*) FROM todos WHERE id = '$todo'"
expect 0 "nor has device B" local_sql B "SELECT count(*) FROM todos"

next_step "The servers come back: what was written offline goes up by itself."
sh "$here/local/service.sh" start api powersync >/dev/null
start_clock
wait_for "$ada|Buy milk|1" "the row stands in Postgres, with Ada's user_id" \
    server_sql "SELECT user_id, description, priority FROM todos WHERE id = '$todo'"
expect "object|2|array|shop|1.1000000000" "with jsonb an object, text[] an array, numeric exact" server_sql \
    "SELECT jsonb_typeof(details), details->'litres', jsonb_typeof(to_jsonb(tags)), tags[1], estimate FROM todos WHERE id = '$todo'"
wait_for "Buy milk|1" "device B shows it" \
    local_sql B "SELECT description, priority FROM todos WHERE id = '$todo'"
wait_for "$ada" "device A has what the server added" local_sql A "SELECT user_id FROM todos WHERE id = '$todo'"

next_step "Online, a write on A goes all the way."
start_clock
local_sql A "UPDATE todos SET completed = 1 WHERE id = '$todo'"
wait_for t "it is in Postgres" server_sql "SELECT completed FROM todos WHERE id = '$todo'"
wait_for 1 "and on device B" local_sql B "SELECT completed FROM todos WHERE id = '$todo'"

next_step "The row changes on the server, through PostgREST."
start_clock
rest ada PATCH "/rest/v1/todos?id=eq.$todo" '{"description":"Buy oat milk"}'
wait_for "Buy oat milk" "device A shows it" local_sql A "SELECT description FROM todos WHERE id = '$todo'"
wait_for "Buy oat milk" "device B shows it" local_sql B "SELECT description FROM todos WHERE id = '$todo'"

next_step "It changes again, through plain SQL."
start_clock
server_sql "UPDATE todos SET tags = '{shop}', estimate = 2.5 WHERE id = '$todo'"
wait_for '["shop"]|2.5000000000' "device A shows it" local_sql A "SELECT tags, estimate FROM todos WHERE id = '$todo'"
wait_for '["shop"]|2.5000000000' "device B shows it" local_sql B "SELECT tags, estimate FROM todos WHERE id = '$todo'"

next_step "Device B deletes it."
start_clock
local_sql B "DELETE FROM todos WHERE id = '$todo'"
wait_for 0 "it is gone from Postgres" server_sql "SELECT count(*) FROM todos WHERE id = '$todo'"
wait_for 0 "and from device A" local_sql A "SELECT count(*) FROM todos"

next_step "Boris has seen nothing of all this."
start_clock
rest boris POST /rest/v1/lists '{"name":"Of Boris"}'
wait_for "Of Boris" "his device is up to date, and his own list is all there is" \
    local_sql boris "SELECT group_concat(name) FROM lists"
expect 0 "his file has no todo" local_sql boris "SELECT count(*) FROM todos"
expect '[{"name":"Of Boris"}]' "PostgREST shows him his own list only" \
    rest boris GET '/rest/v1/lists?select=name'
expect Home "and Ada's devices show nothing of his" local_sql A "SELECT group_concat(name) FROM lists"

next_step "Nothing is left to do."
for device in A B boris; do
    expect '0 0' "the queue of device $device is empty, and nothing was refused" count_changes "$device"
done

cat <<EOF2

All $step steps were seen to work. A latency counts from the start of a write (or from the end of the start of
the services) to the first look that sees it: at Postgres with psql, at the file with the sqlite3 shell,
one look after the other, 10 to 40 ms each.
EOF2
