#!/bin/sh
# SPDX-FileCopyrightText: 2026 The Syncline authors
# SPDX-License-Identifier: MIT
#
# Waits until the PowerSync service is live: wait.sh [SECONDS]
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
. "$here/lib.sh"

patience=${1:-60}
while [ "$patience" -gt 0 ]; do
    if curl -fsS -m 2 -o /dev/null "$powersync_url/probes/liveness" 2>/dev/null; then
        say "PowerSync is live on $powersync_url"
        exit 0
    fi
    patience=$((patience - 1))
    sleep 1
done
die "PowerSync does not answer on $powersync_url; its log: docker compose --project-name powersync_local logs powersync"
