/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* What is asked of servers by people who set a deployment up, as opposed to syncing. */

#pragma once

#include <glib-object.h>
#include <syncline/error.h>
#include <syncline/macros.h>

G_BEGIN_DECLS

/**
 * SynclineFindingLevel:
 * @SYNCLINE_FINDING_OK: all is well
 * @SYNCLINE_FINDING_WARNING: it works, but somebody should look
 * @SYNCLINE_FINDING_FAULT: syncing can't work so
 *
 * How good or bad a finding is.
 *
 * Since: 0.1
 */
typedef enum
{
  SYNCLINE_FINDING_OK,
  SYNCLINE_FINDING_WARNING,
  SYNCLINE_FINDING_FAULT,
} SynclineFindingLevel;

/**
 * SynclineFinding:
 * @level: how good or bad it is
 * @topic: a stable word for what was looked at: `server`, `tls`, `clock`, `session`, `token`, `table`,
 *   `sync-rules`
 * @message: what was found, one line
 * @advice: (nullable): what to do about it, if @message does not say so
 * @code: of a fault: its kind
 *
 * One thing that a check found. Borrowed for the time of the call.
 *
 * Since: 0.1
 */
typedef struct
{
  SynclineFindingLevel level;
  const char *topic;
  const char *message;
  const char *advice;
  SynclineError code;
} SynclineFinding;

/**
 * SynclineFindingFunc:
 * @finding: what was found
 * @user_data: what was passed
 *
 * Receives what a plugin found out about its server.
 *
 * Since: 0.1
 */
typedef void (*SynclineFindingFunc) (const SynclineFinding *finding, gpointer user_data);

/**
 * SynclineServerColumn:
 * @table: the table
 * @name: the column
 * @type: its type, in the server's words
 * @is_key: whether it is of the table's primary key
 *
 * A column of a table of the server. Borrowed for the time of the call.
 *
 * Since: 0.1
 */
typedef struct
{
  const char *table;
  const char *name;
  const char *type;
  gboolean is_key;
} SynclineServerColumn;

/**
 * SynclineServerColumnFunc:
 * @column: a column
 * @user_data: what was passed
 *
 * Receives the columns of a server's tables, table by table.
 *
 * Since: 0.1
 */
typedef void (*SynclineServerColumnFunc) (const SynclineServerColumn *column, gpointer user_data);

G_END_DECLS
