#!/bin/sh
# SPDX-FileCopyrightText: 2026 The Syncline authors
# SPDX-License-Identifier: MIT
#
# Prints the variables a config needs: eval "$(sh infra/local/env.sh)"
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
. "$here/lib/stack.sh"
. "$here/lib/service.sh"

usage() { say "usage: env.sh [--name NAME] [--json]"; }

format=shell
while [ $# -gt 0 ]; do
    case $1 in
        --json) format=json; shift ;;
        *) take_common_option "$@"; shift 2 ;;
    esac
done

load_settings

variables() {
    cat <<EOF
SUPABASE_URL=http://127.0.0.1:$API_PORT
SUPABASE_ANON_KEY=$ANON_KEY
SUPABASE_SERVICE_ROLE_KEY=$SERVICE_ROLE_KEY
SUPABASE_JWT_SECRET=$JWT_SECRET
POWERSYNC_URL=http://127.0.0.1:$POWERSYNC_PORT
POWERSYNC_ADMIN_URL=http://127.0.0.1:$POWERSYNC_PORT/admin
POWERSYNC_ADMIN_TOKEN=$POWERSYNC_ADMIN_TOKEN
DATABASE_URL=$(database_url)
SYNCLINE_STACK=$name
SYNCLINE_STACK_STATE=$state
EOF
}

# No value holds a quote or a backslash: they are URLs, hex, JWTs and paths.
case $format in
    shell) variables | sed "s/^\([A-Z_]*\)=\(.*\)$/export \1='\2'/" ;;
    json) variables | sed 's/^\([A-Z_]*\)=\(.*\)$/  "\1": "\2",/; 1s/^/{\n/; $s/,$/\n}/' ;;
esac
