#!/bin/sh
# SPDX-FileCopyrightText: 2026 The Syncline authors
# SPDX-License-Identifier: MIT
#
# Waits until every service of a stack answers: wait.sh [--name NAME] [SECONDS]
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)

patience=60
case ${1:-} in --name) name=$2; shift 2 ;; *) name='' ;; esac
[ $# -eq 0 ] || patience=$1
if [ -n "$name" ]; then set -- --name "$name"; else set --; fi
exec sh "$here/status.sh" "$@" --wait "$patience"
