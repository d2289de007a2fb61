/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "sync.h"

#include <fcntl.h>
#include <syncline/registry.h>
#include <syncline/testing.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "powersync-download/stream-decoder.h"
#include "rows.h"

struct _BenchSync
{
  SynclineConfig *config;
  SynclineSchema *schema;
  SynclineHost *host;
  SynclineTestPlugin *plugin;
  const SynclineStoreClass *store;
  gpointer self;
  StreamDecoder *decoder;
  SynclineCheckpoint checkpoint;
  SynclineBucketTarget target; /* the one bucket */
  guint n_applied;
};

static void
check (gboolean ok, GError *error)
{
  if (!ok)
    g_error ("%s", error != NULL ? error->message : "it failed");
}

BenchSync *
bench_sync_open (const char *path)
{
  BenchSync *sync = g_new0 (BenchSync, 1);
  GError *error = NULL;
  const guint roles
      = 1u << SYNCLINE_ROLE_STORE | 1u << SYNCLINE_ROLE_UPLOAD | 1u << SYNCLINE_ROLE_DOWNLOAD;
  const SynclinePlugin *plugin = syncline_registry_find ("sqlite-store", &error);

  check (plugin != NULL, error);
  sync->config = syncline_config_new ();
  syncline_config_set (sync->config, "sqlite-store", "path", path);
  sync->schema = syncline_schema_new_from_data (BENCH_SCHEMA, -1, "bench", &error);
  check (sync->schema != NULL, error);
  sync->host = syncline_test_host_new ("sqlite-store", sync->schema, roles);
  sync->plugin = syncline_test_plugin_new (plugin, sync->config, sync->host, &error);
  check (sync->plugin != NULL, error);
  sync->store = plugin->methods;
  sync->self = syncline_test_plugin_get_self (sync->plugin);
  check (sync->store->open (sync->self, NULL, &error), error);
  sync->decoder = stream_decoder_new (STREAM_FORMAT_NDJSON, 256 * 1024 * 1024);
  return sync;
}

void
bench_sync_close (BenchSync *sync)
{
  sync->store->close (sync->self);
  stream_decoder_free (sync->decoder);
  syncline_test_plugin_free (sync->plugin);
  syncline_test_host_free (sync->host);
  syncline_schema_unref (sync->schema);
  syncline_config_unref (sync->config);
  g_free (sync);
}

static void
apply (BenchSync *sync)
{
  GError *error = NULL;
  SynclineApplyResult result = SYNCLINE_APPLY_MISMATCH;

  check (sync->store->apply_checkpoint (sync->self, &sync->checkpoint, SYNCLINE_PRIORITY_ALL,
                                        &result, NULL, NULL, &error),
         error);
  check (result == SYNCLINE_APPLY_DONE, NULL);
  sync->n_applied++;
}

static void
handle (BenchSync *sync, const SynclineEvent *event)
{
  GError *error = NULL;

  switch (event->type)
    {
    case SYNCLINE_EVENT_CHECKPOINT:
    case SYNCLINE_EVENT_CHECKPOINT_DIFF:
      check (event->n_buckets == 1, NULL);
      sync->target = event->buckets[0];
      sync->target.name = BENCH_BUCKET;
      sync->target.n_subscriptions = 0;
      sync->checkpoint = (SynclineCheckpoint){ event->last_op_id, 0, 1, &sync->target };
      break;
    case SYNCLINE_EVENT_OPS:
      check (sync->store->stage_ops (sync->self, event->bucket, event->ops, event->n_ops, NULL,
                                     &error),
             error);
      break;
    case SYNCLINE_EVENT_COMPLETE:
      apply (sync);
      break;
    default:
      break;
    }
}

void
bench_sync_feed (BenchSync *sync, const char *data, gsize length)
{
  GError *error = NULL;
  SynclineEvent event;
  gboolean found = TRUE;

  stream_decoder_feed (sync->decoder, data, length);
  while (found)
    {
      check (stream_decoder_next (sync->decoder, &event, &found, &error), error);
      if (found)
        handle (sync, &event);
    }
}

/* In the pieces that a network gives. */
void
bench_sync_feed_file (BenchSync *sync, const char *path)
{
  const int fd = open (path, O_RDONLY | O_CLOEXEC);
  static char piece[64 * 1024];
  ssize_t length;

  check (fd >= 0, NULL);
  while ((length = read (fd, piece, sizeof piece)) > 0)
    bench_sync_feed (sync, piece, (gsize) length);
  check (length == 0, NULL);
  close (fd);
}

static void
take_checksum (const SynclineBucketState *bucket, gpointer user_data)
{
  *(guint32 *) user_data = bucket->checksum;
}

guint32
bench_sync_get_checksum (BenchSync *sync)
{
  GError *error = NULL;
  guint32 checksum = 0;

  check (sync->store->list_buckets (sync->self, take_checksum, &checksum, NULL, &error), error);
  return checksum;
}

guint
bench_sync_get_n_applied (BenchSync *sync)
{
  return sync->n_applied;
}

long
bench_get_peak_memory (void)
{
  struct rusage usage;

  getrusage (RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
}

double
bench_now (void)
{
  struct timespec now;

  clock_gettime (CLOCK_MONOTONIC, &now);
  return (double) now.tv_sec + (double) now.tv_nsec * 1e-9;
}
