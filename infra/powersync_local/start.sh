#!/bin/sh
# SPDX-FileCopyrightText: 2026 The Syncline authors
# SPDX-License-Identifier: MIT
#
# Starts the official PowerSync service beside a running Supabase CLI stack.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
. "$here/lib.sh"

require_tools
load_supabase
compose up --detach
sh "$here/wait.sh"
