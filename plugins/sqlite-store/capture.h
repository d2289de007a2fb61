/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* The triggers that turn writes into queued changes. They are plain SQL and call nothing that SQLite
 * itself does not have, so that any program may write to the file. */

#pragma once

#include <syncline/plugin.h>

G_BEGIN_DECLS

typedef enum
{
  CAPTURE_BEFORE_INSERT,
  CAPTURE_INSERT,
  CAPTURE_REPLACE,
  CAPTURE_UPDATE,
  CAPTURE_DELETE,
  CAPTURE_INSERT_METADATA,
  CAPTURE_UPDATE_METADATA,
  CAPTURE_INSERT_ONLY,
  CAPTURE_N_TRIGGERS,
} CaptureTrigger;

/* The name of a trigger of a table. */
char *capture_get_name (const SynclineTable *table, CaptureTrigger trigger);

/* Its CREATE statement, or NULL when the table does not have it. With keep_old, changes carry the row as
 * it was, so that the server's version can come back if it refuses them. */
char *capture_get_sql (const SynclineTable *table, CaptureTrigger trigger, gboolean keep_old);

G_END_DECLS
