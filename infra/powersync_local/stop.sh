#!/bin/sh
# SPDX-FileCopyrightText: 2026 The Syncline authors
# SPDX-License-Identifier: MIT
#
# Stops the PowerSync service and forgets what it stored. Supabase keeps running.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
. "$here/lib.sh"

require_tools
load_supabase
compose down --volumes
# A slot that nobody reads makes the database keep its log for ever.
docker exec "$database_container" psql -q -U postgres -o /dev/null -c \
    "select pg_drop_replication_slot(slot_name) from pg_replication_slots where slot_name like 'powersync_%' and not active"
say "PowerSync is stopped"
