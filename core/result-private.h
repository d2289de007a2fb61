/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#pragma once

#include <syncline/client.h>
#include <syncline/store.h>

G_BEGIN_DECLS

SynclineResult *syncline_result_new (void);
/* A SynclineRowFunc whose user data is the result. */
gboolean syncline_result_take_row (guint n_columns,
                                   const char *const *names,
                                   const SynclineValue *values,
                                   gpointer result);
void syncline_result_set_n_changed (SynclineResult *result, gint64 n_changed);

G_END_DECLS
