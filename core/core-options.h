/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#pragma once

#include <syncline/plugin.h>

G_BEGIN_DECLS

/* The config struct of the group [syncline]. */
typedef struct
{
  char *store;
  char *upload;
  char *download;
  char *auth;
  char **serializers;
  char *schema;
  gboolean include_defaults;
  char *streams;
  char *parameters;
  gint64 retry_min;
  gint64 retry_max;
  gint64 upload_max_changes;
  gint64 upload_max_bytes;
  char **on_reject;
  gint64 credentials_margin;
  gint64 write_checkpoint_timeout;
  char *authenticated_command;
} SynclineCoreConfig;

G_END_DECLS
