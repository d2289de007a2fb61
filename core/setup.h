/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#pragma once

#include <syncline/config.h>
#include <syncline/plugin.h>

#include "faults.h"

G_BEGIN_DECLS

/* A plugin that the config names, with its filled config struct. Owned by the setup. */
typedef struct
{
  /* The config group, which is also the plugin's name. */
  char *name;
  const SynclinePlugin *plugin;
  gpointer config;
} SynclinePluginSetup;

/* What [syncline] says about the engine. Times are in microseconds. */
typedef struct
{
  gint64 retry_min;
  gint64 retry_max;
  gint64 upload_max_changes;
  gint64 upload_max_bytes;
  GPtrArray *rejection_rules; /* or NULL */
  gint64 credentials_margin;
  gint64 write_checkpoint_timeout;
  char *parameters; /* JSON object text for the sync rules, or NULL */
  gboolean include_defaults;
  GPtrArray *streams;          /* of SynclineSubscription, or NULL */
  char *authenticated_command; /* run after a sign-in, or NULL */
} SynclineEngineOptions;

/* A checked config: everything that is needed to make a client. */
typedef struct
{
  /* NULL: the role is off. A plugin that has both upload and download is one setup in two places. */
  SynclinePluginSetup *store;
  SynclinePluginSetup *upload;
  SynclinePluginSetup *download;
  SynclinePluginSetup *auth;
  GPtrArray *serializers; /* of SynclinePluginSetup, in order; may be empty */
  SynclineSchema *schema; /* empty if the config names none */
  SynclineEngineOptions engine;
  GPtrArray *plugins; /* of SynclinePluginSetup: each of the above once, owned */
} SynclineSetup;

/* Checks the whole config and loads its plugins, but creates none. The error has one line a fault.
 * The plugins' config structs live as long as the setup. */
SynclineSetup *syncline_setup_new (SynclineConfig *config, GError **error);
void syncline_setup_free (SynclineSetup *setup);

/* Like syncline_setup_new(), adding to @faults what is wrong; NULL if there is anything. */
SynclineSetup *syncline_setup_new_with_faults (SynclineConfig *config, SynclineFaults *faults);

/* The option table of the group [syncline]. */
extern const SynclineOption syncline_core_options[];

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SynclineSetup, syncline_setup_free)

G_END_DECLS
