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

/* SQLite writes a commit to the log first, where inotify sees it, then syncs the log, and makes the commit
 * visible last, in shared memory, where inotify sees nothing. Hence several looks after each event. */
#define FIRST_LOOK_MILLISECONDS 1
#define LAST_LOOK_MILLISECONDS 512

struct _Watch
{
  Store *store;
  GMainContext *context;
  int fd;
  GSource *files;
  GSource *timer;
  GSource *again;
  guint delay; /* until the next look, in milliseconds */
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
on_again (gpointer data)
{
  Watch *watch = data;

  drop_source (&watch->again);
  check (watch);
  return G_SOURCE_REMOVE;
}

static void
check_again_in (Watch *watch, guint milliseconds)
{
  drop_source (&watch->again);
  watch->again = g_timeout_source_new (milliseconds);
  g_source_set_callback (watch->again, on_again, watch, NULL);
  g_source_attach (watch->again, watch->context);
}

/* Never waits: whoever uses the writer looks for himself when he begins, but others may write between that
 * and our next chance. */
static gboolean
look (Watch *watch)
{
  Store *store = watch->store;
  g_autoptr (GError) error = NULL;

  if (!store_try_lock_writer (store))
    return FALSE;
  if (!store_check_external (store, &error))
    syncline_host_log (store->host, G_LOG_LEVEL_DEBUG, "Can't look for foreign writes: %s",
                       error->message);
  store_unlock_writer (store);
  store_report_external (store);
  return TRUE;
}

static void
check (Watch *watch)
{
  if (!look (watch))
    check_again_in (watch, RETRY_MILLISECONDS);
  else if (watch->delay <= LAST_LOOK_MILLISECONDS)
    {
      check_again_in (watch, watch->delay);
      watch->delay *= 2;
    }
}

static gboolean
on_files (int fd, GIOCondition condition, gpointer data)
{
  Watch *watch = data;
  char events[4096] __attribute__ ((aligned (__alignof__(struct inotify_event))));

  while (read (fd, events, sizeof events) > 0)
    ;
  watch->delay = FIRST_LOOK_MILLISECONDS;
  check (watch);
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
  drop_source (&watch->again);
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
  watch->delay = FIRST_LOOK_MILLISECONDS;
  watch_files (watch);
  watch->timer = g_timeout_source_new_seconds (SLOW_POLL_SECONDS);
  g_source_set_callback (watch->timer, on_timer, watch, NULL);
  g_source_attach (watch->timer, context);
  store->watch = watch;
}
