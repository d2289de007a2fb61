/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "supabase-auth/auth.h"

/* Who waits for a sign-in asks for nothing meanwhile, so that somebody has to look at the file. */
struct _SessionWatch
{
  SupabaseAuth *auth;
  GMainContext *context;
  GMainLoop *loop;
  GThread *thread;
};

static void
on_changed (GFileMonitor *monitor G_GNUC_UNUSED,
            GFile *file G_GNUC_UNUSED,
            GFile *other G_GNUC_UNUSED,
            GFileMonitorEvent event G_GNUC_UNUSED,
            gpointer user_data)
{
  SupabaseAuth *self = user_data;
  g_autoptr (GError) error = NULL;

  /* What this process did itself is known already, and changes nothing here. */
  g_mutex_lock (&self->lock);
  if (!supabase_auth_load (self, &error))
    self->notify = TRUE;
  supabase_auth_unlock (self);
}

static gpointer
watch_thread (gpointer user_data)
{
  SessionWatch *watch = user_data;
  SupabaseAuth *self = watch->auth;
  g_autoptr (GFile) file = g_file_new_for_path (session_file_get_path (self->file));
  g_autoptr (GError) error = NULL;

  g_main_context_push_thread_default (watch->context);
  g_autoptr (GFileMonitor) monitor
      = g_file_monitor_file (file, G_FILE_MONITOR_WATCH_MOVES, NULL, &error);
  if (monitor != NULL)
    g_signal_connect (monitor, "changed", G_CALLBACK (on_changed), self);
  else
    syncline_host_log (self->host, G_LOG_LEVEL_INFO,
                       "sign-ins of other processes are not noticed at once: %s", error->message);
  g_main_loop_run (watch->loop);
  g_clear_object (&monitor);
  g_main_context_pop_thread_default (watch->context);
  return NULL;
}

SessionWatch *
session_watch_new (SupabaseAuth *self)
{
  SessionWatch *watch = g_new0 (SessionWatch, 1);

  watch->auth = self;
  watch->context = g_main_context_new ();
  watch->loop = g_main_loop_new (watch->context, FALSE);
  watch->thread = g_thread_new ("session-watch", watch_thread, watch);
  return watch;
}

static gboolean
quit (gpointer user_data)
{
  g_main_loop_quit (user_data);
  return G_SOURCE_REMOVE;
}

void
session_watch_free (SessionWatch *watch)
{
  if (watch == NULL)
    return;
  /* Through the loop, in case that it does not run yet. */
  g_autoptr (GSource) source = g_idle_source_new ();
  g_source_set_callback (source, quit, watch->loop, NULL);
  g_source_attach (source, watch->context);
  g_thread_join (watch->thread);
  g_main_loop_unref (watch->loop);
  g_main_context_unref (watch->context);
  g_free (watch);
}
