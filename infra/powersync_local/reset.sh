#!/bin/sh
# SPDX-FileCopyrightText: 2026 The Syncline authors
# SPDX-License-Identifier: MIT
#
# A new database (migrations, seed) and a PowerSync service that knows nothing yet.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
. "$here/lib.sh"

require_tools
sh "$here/stop.sh"
(cd "$repository" && supabase db reset)
sh "$here/start.sh"
