#!/bin/sh
# SPDX-FileCopyrightText: 2026 The Syncline authors
# SPDX-License-Identifier: MIT
#
# Prints the variables a config needs, as infra/local/env.sh does:
# eval "$(sh infra/powersync_local/env.sh)"
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
. "$here/lib.sh"

format=${1:-shell}
require_tools
load_supabase

variables() {
    cat <<EOF
SUPABASE_URL=$(supabase_setting API_URL)
SUPABASE_ANON_KEY=$(supabase_setting ANON_KEY)
SUPABASE_SERVICE_ROLE_KEY=$(supabase_setting SERVICE_ROLE_KEY)
SUPABASE_JWT_SECRET=$(supabase_setting JWT_SECRET)
POWERSYNC_URL=$powersync_url
DATABASE_URL=$(supabase_setting DB_URL)
EOF
}

case $format in
    shell) variables | sed "s/^\([A-Z_]*\)=\(.*\)$/export \1='\2'/" ;;
    --json) variables | sed 's/^\([A-Z_]*\)=\(.*\)$/  "\1": "\2",/; 1s/^/{\n/; $s/,$/\n}/' ;;
    *) die "unknown argument '$format'; usage: env.sh [--json]" ;;
esac
