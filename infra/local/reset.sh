#!/bin/sh
# SPDX-FileCopyrightText: 2026 The Syncline authors
# SPDX-License-Identifier: MIT
#
# Gives a running stack a new database: migrations, seed, no users. Ports, keys
# and secrets stay.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
. "$here/lib/stack.sh"
. "$here/lib/process.sh"
. "$here/lib/postgres.sh"
. "$here/lib/database.sh"
. "$here/lib/service.sh"

usage() { say "usage: reset.sh [--name NAME]"; }

while [ $# -gt 0 ]; do take_common_option "$@"; shift 2; done

load_settings
export PGHOST=127.0.0.1 PGPORT PGUSER=postgres PGPASSWORD

service_stop powersync
service_stop api
service_start postgres
database_drop
database_create
database_migrate
database_seed
# New data under old bucket names would only fail checksums: new names, too.
fresh=1
service_start api
service_start powersync
service_wait api
service_wait powersync
say "stack '$name' has a new database"
