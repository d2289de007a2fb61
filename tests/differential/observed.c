/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "observed.h"

#include <string.h>
#include <syncline/registry.h>
#include <syncline/transport.h>

static GMutex lock;
static GCond changed;
static Observations observations;
static guint n_delivered;

/* --- Streams --------------------------------------------------------------------------------- */

static const SynclineTransportClass *real_transport;

static gpointer
open_stream (gpointer self,
             const SynclineStreamRequest *request,
             SynclineCredentials *credentials,
             GCancellable *cancellable,
             GError **error)
{
  gpointer stream = real_transport->open_stream (self, request, credentials, cancellable, error);

  if (stream == NULL)
    return NULL;
  g_mutex_lock (&lock);
  observations.n_streams++;
  observations.n_handled = n_delivered = 0;
  observations.closed = FALSE;
  g_cond_broadcast (&changed);
  g_mutex_unlock (&lock);
  return stream;
}

/* Whoever asks for the next event is done with the one before. */
static gboolean
next_event (gpointer self,
            gpointer stream,
            SynclineEvent *out_event,
            GCancellable *cancellable,
            GError **error)
{
  g_mutex_lock (&lock);
  observations.n_handled = n_delivered;
  g_cond_broadcast (&changed);
  g_mutex_unlock (&lock);

  if (!real_transport->next_event (self, stream, out_event, cancellable, error))
    return FALSE;
  g_mutex_lock (&lock);
  n_delivered++;
  g_mutex_unlock (&lock);
  return TRUE;
}

static void
close_stream (gpointer self, gpointer stream)
{
  real_transport->close_stream (self, stream);
  g_mutex_lock (&lock);
  observations.closed = TRUE;
  g_cond_broadcast (&changed);
  g_mutex_unlock (&lock);
}

/* --- Checkpoints ------------------------------------------------------------------------------ */

static const SynclineStoreClass *real_store;

static gboolean
apply_checkpoint (gpointer self,
                  const SynclineCheckpoint *checkpoint,
                  int priority,
                  SynclineApplyResult *out_result,
                  char **out_mismatch,
                  GCancellable *cancellable,
                  GError **error)
{
  if (!real_store->apply_checkpoint (self, checkpoint, priority, out_result, out_mismatch,
                                     cancellable, error))
    return FALSE;

  const gboolean full = priority == SYNCLINE_PRIORITY_ALL;
  g_mutex_lock (&lock);
  observations.n_applied += full && *out_result == SYNCLINE_APPLY_DONE;
  observations.n_kept += full && *out_result == SYNCLINE_APPLY_GATED;
  observations.n_mismatches += *out_result == SYNCLINE_APPLY_MISMATCH;
  g_mutex_unlock (&lock);
  return TRUE;
}

/* --- Plugins ---------------------------------------------------------------------------------- */

static SynclineTransportClass observed_transport;
static SynclineStoreClass observed_store;
static SynclinePlugin download_plugin;
static SynclinePlugin store_plugin;

/* Copies a plugin under another name; its methods go to a table that the caller then changes. */
static const SynclinePlugin *
copy_plugin (const char *name,
             const char *copy_name,
             SynclinePlugin *copy,
             gpointer methods,
             gsize methods_size,
             GError **error)
{
  const SynclinePlugin *plugin = syncline_registry_find (name, error);

  if (plugin == NULL)
    return NULL;
  const gsize size = *(const gsize *) plugin->methods;
  memcpy (methods, plugin->methods, MIN (size, methods_size));
  *copy = *plugin;
  copy->name = copy_name;
  copy->methods = methods;
  return plugin;
}

gboolean
observed_register (GError **error)
{
  const SynclinePlugin *plugin
      = copy_plugin ("powersync-download", "observed-download", &download_plugin,
                     &observed_transport, sizeof observed_transport, error);
  if (plugin == NULL)
    return FALSE;
  real_transport = plugin->methods;
  observed_transport.open_stream = open_stream;
  observed_transport.next_event = next_event;
  observed_transport.close_stream = close_stream;

  plugin = copy_plugin ("sqlite-store", "observed-store", &store_plugin, &observed_store,
                        sizeof observed_store, error);
  if (plugin == NULL)
    return FALSE;
  real_store = plugin->methods;
  observed_store.apply_checkpoint = apply_checkpoint;
  return syncline_registry_add (&download_plugin, error)
         && syncline_registry_add (&store_plugin, error);
}

void
observed_get (Observations *out_observations)
{
  g_mutex_lock (&lock);
  *out_observations = observations;
  g_mutex_unlock (&lock);
}

gboolean
observed_wait (guint stream, guint n_events, gint64 deadline)
{
  gboolean in_time = TRUE;

  g_mutex_lock (&lock);
  while (in_time
         && (observations.n_streams < stream
             || (observations.n_streams == stream && !observations.closed
                 && observations.n_handled < n_events)))
    in_time = g_cond_wait_until (&changed, &lock, deadline);
  g_mutex_unlock (&lock);
  return in_time;
}
