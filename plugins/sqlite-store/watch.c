/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* Notices what other processes and connections write. inotify says that the log was written, by whom it
 * does not say; SQLite's data_version on our writer changes only with the commits of others. */

#include "config.h"

#include <errno.h>
#include <glib-unix.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "sqlite-store/store.h"

/* For file systems that inotify does not see into. */
#define SLOW_POLL_SECONDS 2

/* When the writer is in use. */
#define RETRY_MILLISECONDS 10

struct _Watch
{
  Store *store;
  GMainContext *context;
  int fd;
  GSource *files;
  GSource *timer;
  GSource *retry;
};

static void
drop_source (GSource **source)
{
  if (*source == NULL)
    return;
  g_source_destroy (*source);
  g_clear_pointer (source, g_source_unref);
}

static void check (Watch *watch);

static gboolean
on_retry (gpointer data)
{
  Watch *watch = data;

  drop_source (&watch->retry);
  check (watch);
  return G_SOURCE_REMOVE;
}

/* Never waits: whoever uses the writer looks for himself when he begins, but others may write between that
 * and our next chance. */
static void
check (Watch *watch)
{
  Store *store = watch->store;

  if (store_try_lock_writer (store))
    {
      g_autoptr (GError) error = NULL;
      if (!store_check_external (store, &error))
        syncline_host_log (store->host, G_LOG_LEVEL_DEBUG, "Can't look for foreign writes: %s",
                           error->message);
      store_unlock_writer (store);
      store_report_external (store);
    }
  else if (watch->retry == NULL)
    {
      watch->retry = g_timeout_source_new (RETRY_MILLISECONDS);
      g_source_set_callback (watch->retry, on_retry, watch, NULL);
      g_source_attach (watch->retry, watch->context);
    }
}

static gboolean
on_files (int fd, GIOCondition condition, gpointer data)
{
  char events[4096] __attribute__ ((aligned (__alignof__(struct inotify_event))));

  while (read (fd, events, sizeof events) > 0)
    ;
  check (data);
  return G_SOURCE_CONTINUE;
}

static gboolean
on_timer (gpointer data)
{
  check (data);
  return G_SOURCE_CONTINUE;
}

static void
watch_files (Watch *watch)
{
  const char *path = watch->store->config->path;
  g_autofree char *log = g_strconcat (path, "-wal", NULL);

  watch->fd = inotify_init1 (IN_NONBLOCK | IN_CLOEXEC);
  if (watch->fd < 0 || inotify_add_watch (watch->fd, path, IN_MODIFY) < 0
      || inotify_add_watch (watch->fd, log, IN_MODIFY) < 0)
    syncline_host_log (watch->store->host, G_LOG_LEVEL_INFO,
                       "Writes of other processes are noticed late: %s", g_strerror (errno));
  if (watch->fd < 0)
    return;
  watch->files = g_unix_fd_source_new (watch->fd, G_IO_IN);
  g_source_set_callback (watch->files, G_SOURCE_FUNC (on_files), watch, NULL);
  g_source_attach (watch->files, watch->context);
}

static void
watch_free (Watch *watch)
{
  drop_source (&watch->files);
  drop_source (&watch->timer);
  drop_source (&watch->retry);
  if (watch->fd >= 0)
    close (watch->fd);
  g_main_context_unref (watch->context);
  g_free (watch);
}

void
store_watch (gpointer self, GMainContext *context)
{
  Store *store = self;

  g_clear_pointer (&store->watch, watch_free);
  if (context == NULL)
    return;

  Watch *watch = g_new0 (Watch, 1);
  watch->store = store;
  watch->context = g_main_context_ref (context);
  watch_files (watch);
  watch->timer = g_timeout_source_new_seconds (SLOW_POLL_SECONDS);
  g_source_set_callback (watch->timer, on_timer, watch, NULL);
  g_source_attach (watch->timer, context);
  store->watch = watch;
}
