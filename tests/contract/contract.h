/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* What the suites share: instances of plugins with a config and a host. The suites are written against
 * the public headers only, so that they fit any plugin. */

#pragma once

#include <syncline/testing.h>

G_BEGIN_DECLS

typedef struct
{
  const SynclinePlugin *plugin;
  gpointer self;
  SynclineHost *host;
  SynclineTestPlugin *test_plugin;
  GMutex lock;
  GPtrArray *changes; /* what it told, a text for each table */
} ContractInstance;

/* Finds a plugin of that kind by name, or fails the test. */
const SynclinePlugin *contract_find (const char *name, SynclinePluginKind kind);

/* Makes an instance. @schema is the text of a schema file or NULL, @options keys and values in turn, NULL at
 * the end, or NULL for defaults. A fault in it fails the test. */
ContractInstance *contract_instance_new (const SynclinePlugin *plugin,
                                         const char *schema,
                                         const char *const *options);
void contract_instance_free (ContractInstance *instance);

/* What the plugin told of changed rows since the last call: "local todos a,b; local notes c", tables and
 * ids in order. NULL if nothing. */
char *contract_take_changes (ContractInstance *instance);

/* Checks what every descriptor must have, its option table included. */
void contract_check_descriptor (const SynclinePlugin *plugin, SynclinePluginKind kind);

/* How long a cancelled call may take on a busy machine; the promise is a tenth of a second. */
#define CONTRACT_CANCEL_TIME (500 * G_TIME_SPAN_MILLISECOND)

/* Cancels after a short while from another thread; join it with contract_cancel_end(), which checks that
 * the call came back in time. */
typedef struct _ContractCancel ContractCancel;
ContractCancel *contract_cancel_begin (GCancellable **out_cancellable);
void contract_cancel_end (ContractCancel *cancel);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ContractInstance, contract_instance_free)

G_END_DECLS
