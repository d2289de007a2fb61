# SPDX-FileCopyrightText: 2026 The Syncline authors
# SPDX-License-Identifier: MIT
# shellcheck shell=sh disable=SC2034
#
# What every verb of the local stack shares: where a stack keeps its state,
# and how to read what it remembered. Sourced, with $here set by the verb.

: "${here:?is set by the verb that sources this}"

say() { printf '%s\n' "$*"; }
die() { printf '%s: %s\n' "${0##*/}" "$*" >&2; exit 1; }

repository=$(CDPATH='' cd -- "$here/../.." && pwd)

# The Node that came with the npm packages, whichever machine this is.
node=$here/node_modules/node
for candidate in "$here"/node_modules/node-linux-*/bin/node; do
    [ ! -x "$candidate" ] || node=$candidate
done

name=${SYNCLINE_STACK:-default}
root=${SYNCLINE_STACK_DIR:-/var/tmp/syncline-stack-$(id -u)}

use_stack() {
    name=$1
    case $name in
        ''|.*|*[!A-Za-z0-9._-]*)
            die "'$name' is no name for a stack: use letters, digits, '.', '_' and '-'" ;;
    esac
    state=$root/$name
    settings=$state/stack.env
}

# What start.sh decided for this stack: ports, secrets, the files it was given.
load_settings() {
    [ -r "$settings" ] || die "no stack '$name' is running; start one with: sh infra/local/start.sh --name $name"
    # shellcheck source=/dev/null
    . "$settings"
}

# The one option every verb has. Prints usage and leaves on anything unknown.
take_common_option() {
    case $1 in
        --name) [ $# -ge 2 ] || die "--name needs a value"; use_stack "$2" ;;
        -h|--help) usage; exit 0 ;;
        *) usage >&2; die "unknown argument '$1'" ;;
    esac
}

absolute() {
    case $1 in
        /*) printf '%s\n' "$1" ;;
        *) printf '%s/%s\n' "$(pwd)" "$1" ;;
    esac
}

# wait_until SECONDS WHAT COMMAND...
wait_until() {
    tries=$(($1 * 20)); what=$2; shift 2
    while ! "$@" >/dev/null 2>&1; do
        tries=$((tries - 1))
        [ "$tries" -gt 0 ] || { printf '%s\n' "${0##*/}: $what did not happen in time" >&2; return 1; }
        sleep 0.05
    done
}

use_stack "$name"
