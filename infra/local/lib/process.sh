# SPDX-FileCopyrightText: 2026 The Syncline authors
# SPDX-License-Identifier: MIT
# shellcheck shell=sh disable=SC2154
#
# Background processes. Each has a session of its own, a log and a pid file,
# which holds the process's start time as well, so that a number that was
# given to another process since is never signalled.

# The 22nd field; the 2nd, the command's name, may hold spaces and brackets. Nothing for what has ended and
# waits to be noticed by process 1, which in containers can take seconds or for ever.
start_time() { sed -n 's/^.*) \([^ZX] \)/\1/p' "/proc/$1/stat" 2>/dev/null | cut -d ' ' -f 20; }

# spawn SERVICE COMMAND...
spawn() {
    service=$1; shift
    setsid "$@" </dev/null >>"$state/$service.log" 2>&1 &
    printf '%s %s\n' "$!" "$(start_time $!)" >"$state/$service.pid"
}

# Prints the process id of a service, if that very process still lives.
pid_of() {
    [ -r "$state/$1.pid" ] || return 1
    read -r pid started <"$state/$1.pid" || return 1
    [ -n "$started" ] && [ "$(start_time "$pid")" = "$started" ] || return 1
    printf '%s\n' "$pid"
}

is_alive() { pid_of "$1" >/dev/null; }
is_gone() { ! is_alive "$1"; }

# terminate SERVICE SIGNAL: asks, waits five seconds, insists.
terminate() {
    if pid=$(pid_of "$1"); then
        kill -s "$2" "$pid" 2>/dev/null || true
        wait_until 5 "the end of $1" is_gone "$1" 2>/dev/null || kill -s KILL "$pid" 2>/dev/null || true
        wait_until 5 "the end of $1" is_gone "$1" || return 1
    fi
    rm -f "$state/$1.pid"
}
