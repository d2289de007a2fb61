/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#pragma once

#include <syncline/query.h>

#include "query-runner.h"

G_BEGIN_DECLS

/* @parameters may be floating. */
SynclineQuery *
syncline_query_new (SynclineQueryRunner *runner, const char *sql, GVariant *parameters);

G_END_DECLS
