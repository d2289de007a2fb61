/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "static-auth/command.h"

#include <syncline/error.h>

typedef struct
{
  GMainLoop *loop;
  GCancellable *stop; /* cancelled by the caller's cancellable, and by the timeout */
  GBytes *output;
  GError *error;
  gboolean timed_out;
} Run;

static void
on_communicated (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Run *run = user_data;

  g_subprocess_communicate_finish (G_SUBPROCESS (source), result, &run->output, NULL, &run->error);
  g_main_loop_quit (run->loop);
}

static gboolean
on_timeout (gpointer user_data)
{
  Run *run = user_data;

  run->timed_out = TRUE;
  g_cancellable_cancel (run->stop);
  return G_SOURCE_REMOVE;
}

static gboolean
on_cancelled (GCancellable *cancellable G_GNUC_UNUSED, gpointer user_data)
{
  Run *run = user_data;

  g_cancellable_cancel (run->stop);
  return G_SOURCE_REMOVE;
}

static void
attach (GMainContext *context, GSource *source, GSourceFunc function, Run *run)
{
  g_source_set_callback (source, function, run, NULL);
  g_source_attach (source, context);
}

/* Talks to the process in a main loop of its own, since a plain wait can't be given a time. */
static void
communicate (GSubprocess *process, gint64 timeout, GCancellable *cancellable, Run *run)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (GSource) timer = g_timeout_source_new ((guint) (timeout / 1000));
  g_autoptr (GSource) watch = cancellable != NULL ? g_cancellable_source_new (cancellable) : NULL;

  g_main_context_push_thread_default (context);
  run->loop = g_main_loop_new (context, FALSE);
  attach (context, timer, on_timeout, run);
  if (watch != NULL)
    attach (context, watch, G_SOURCE_FUNC (on_cancelled), run);
  g_subprocess_communicate_async (process, NULL, run->stop, on_communicated, run);
  g_main_loop_run (run->loop);

  g_source_destroy (timer);
  if (watch != NULL)
    g_source_destroy (watch);
  g_main_loop_unref (run->loop);
  g_main_context_pop_thread_default (context);
}

static gboolean
check (GSubprocess *process, const Run *run, const char *name, gint64 timeout, GError **error)
{
  if (run->timed_out)
    g_set_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_UNAVAILABLE,
                 "token-command: %s did not end within %.3g s", name,
                 (double) timeout / G_TIME_SPAN_SECOND);
  else if (run->error != NULL)
    g_set_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_UNAVAILABLE, "token-command: %s: %s", name,
                 run->error->message);
  else if (g_subprocess_get_if_signaled (process))
    g_set_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_UNAVAILABLE,
                 "token-command: %s was ended by signal %d", name,
                 g_subprocess_get_term_sig (process));
  else if (g_subprocess_get_exit_status (process) != 0)
    g_set_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_UNAVAILABLE,
                 "token-command: %s ended with status %d", name,
                 g_subprocess_get_exit_status (process));
  else
    return TRUE;
  return FALSE;
}

GBytes *
command_run (char **argv, gint64 timeout, GCancellable *cancellable, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (GCancellable) stop = g_cancellable_new ();
  Run run = { .stop = stop };

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;
  g_autoptr (GSubprocess) process
      = g_subprocess_newv ((const char *const *) argv, G_SUBPROCESS_FLAGS_STDOUT_PIPE, &local);
  if (process == NULL)
    {
      g_set_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_UNAVAILABLE, "token-command: %s",
                   local->message);
      return NULL;
    }
  communicate (process, timeout, cancellable, &run);
  if (g_cancellable_is_cancelled (stop))
    g_subprocess_force_exit (process);

  if (g_cancellable_set_error_if_cancelled (cancellable, error)
      || !check (process, &run, argv[0], timeout, error))
    g_clear_pointer (&run.output, g_bytes_unref);
  g_clear_error (&run.error);
  return run.output;
}
