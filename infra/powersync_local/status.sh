#!/bin/sh
# SPDX-FileCopyrightText: 2026 The Syncline authors
# SPDX-License-Identifier: MIT
#
# Says whether Supabase's API and the PowerSync service answer. Exit status 0 if both do.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
. "$here/lib.sh"

require_tools
load_supabase
status=0

# report NAME URL HINT
report() {
    if curl -fsS -m 2 -o /dev/null "$2" 2>/dev/null; then say "$1: live"
    else
        say "$1: does not answer; $3"
        status=1
    fi
}

report api "$(supabase_setting API_URL)/auth/v1/health?apikey=$(supabase_setting ANON_KEY)" "supabase status"
report powersync "$powersync_url/probes/liveness" "docker compose --project-name powersync_local logs powersync"
exit "$status"
