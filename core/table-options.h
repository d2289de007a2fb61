/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#pragma once

#include <syncline/plugin.h>

G_BEGIN_DECLS

/* What a group [options TABLE] of a schema file says. */
typedef struct
{
  int mode;
  char *server_name;
  char *indexes;
  int track_previous;
  gboolean metadata;
  char **conflict;
  char **on_reject;
} SynclineTableOptions;

/* In the form of a plugin's table, so that the same code reads and documents it. */
extern const SynclineOption syncline_table_options[];

G_END_DECLS
