/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "query-runner.h"

#include <syncline/error.h>

#include "parameters.h"
#include "query-reads.h"

struct _SynclineQueryRunner
{
  SynclineOutbox *outbox;

  GMutex lock; /* guards all that follows, and what the watches have that is not constant */
  GCond wake;
  GPtrArray *watches;   /* of SynclineWatch */
  SynclineRoles *roles; /* while the store is open */
  GThread *thread;      /* from the first query on */
  gboolean stopping;
  SynclineWatch *running;
  GCancellable *cancellable; /* of the run */
};

struct _SynclineWatch
{
  /* Constant. */
  SynclineQueryRunner *runner;
  GWeakRef owner;
  SynclineWatchFunc func;
  char *sql;
  SynclineParameters parameters;
  GError *parameter_error;

  gint64 throttle;
  gint64 next_run;      /* monotonic: not before */
  gboolean dirty;       /* it has to run */
  gboolean delivering;  /* what it gave is on its way; it does not run meanwhile */
  SynclineReads *reads; /* NULL: not known, so anything */

  /* On the runner's thread only. */
  SynclineQueryRows *rows; /* as delivered last */
  gboolean has_run;        /* and it worked */
};

/* --- Life ---------------------------------------------------------------------------------------- */

SynclineQueryRunner *
syncline_query_runner_new (SynclineOutbox *outbox)
{
  SynclineQueryRunner *runner = g_atomic_rc_box_new0 (SynclineQueryRunner);

  runner->outbox = syncline_outbox_ref (outbox);
  g_mutex_init (&runner->lock);
  g_cond_init (&runner->wake);
  runner->watches = g_ptr_array_new ();
  return runner;
}

SynclineQueryRunner *
syncline_query_runner_ref (SynclineQueryRunner *runner)
{
  return g_atomic_rc_box_acquire (runner);
}

static void
query_runner_clear (gpointer data)
{
  SynclineQueryRunner *runner = data;

  g_ptr_array_unref (runner->watches);
  g_mutex_clear (&runner->lock);
  g_cond_clear (&runner->wake);
  syncline_outbox_unref (runner->outbox);
}

void
syncline_query_runner_unref (SynclineQueryRunner *runner)
{
  g_atomic_rc_box_release_full (runner, query_runner_clear);
}

static void
watch_clear (gpointer data)
{
  SynclineWatch *watch = data;

  g_weak_ref_clear (&watch->owner);
  g_free (watch->sql);
  syncline_parameters_clear (&watch->parameters);
  g_clear_error (&watch->parameter_error);
  g_clear_pointer (&watch->reads, syncline_reads_free);
  syncline_query_rows_unref (watch->rows);
  syncline_query_runner_unref (watch->runner);
}

static void
watch_unref (gpointer watch)
{
  g_atomic_rc_box_release_full (watch, watch_clear);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SynclineWatch, watch_unref)

/* --- Delivering ---------------------------------------------------------------------------------- */

typedef struct
{
  SynclineWatch *watch;
  SynclineQueryRows *rows;
  GArray *splices;
  GError *error;
} Delivery;

/* However it ended, the watch may run again. */
static void
delivery_free (gpointer data)
{
  Delivery *delivery = data;
  SynclineQueryRunner *runner = delivery->watch->runner;

  g_mutex_lock (&runner->lock);
  delivery->watch->delivering = FALSE;
  g_cond_signal (&runner->wake);
  g_mutex_unlock (&runner->lock);

  g_clear_pointer (&delivery->rows, syncline_query_rows_unref);
  g_clear_pointer (&delivery->splices, g_array_unref);
  g_clear_error (&delivery->error);
  watch_unref (delivery->watch);
  g_free (delivery);
}

static gboolean
deliver (gpointer data)
{
  Delivery *delivery = data;
  g_autoptr (GObject) owner = g_weak_ref_get (&delivery->watch->owner);

  if (owner != NULL)
    delivery->watch->func (owner, delivery->rows, delivery->splices, delivery->error);
  return G_SOURCE_REMOVE;
}

/* Takes what is passed. */
static void
send (SynclineWatch *watch, SynclineQueryRows *rows, GArray *splices, GError *error)
{
  SynclineQueryRunner *runner = watch->runner;
  Delivery *delivery = g_new0 (Delivery, 1);

  delivery->watch = g_atomic_rc_box_acquire (watch);
  delivery->rows = rows;
  delivery->splices = splices;
  delivery->error = error;
  g_mutex_lock (&runner->lock);
  watch->delivering = TRUE;
  g_mutex_unlock (&runner->lock);
  syncline_outbox_post (runner->outbox, deliver, delivery, delivery_free);
}

/* --- Running ------------------------------------------------------------------------------------- */

static gboolean
find_reads (SynclineWatch *watch, GCancellable *cancellable, GError **error)
{
  SynclineQueryRunner *runner = watch->runner;
  const SynclineStoreClass *store = runner->roles->store_methods;

  g_mutex_lock (&runner->lock);
  const gboolean known = watch->reads != NULL;
  g_mutex_unlock (&runner->lock);
  if (known || !SYNCLINE_HAS_SLOT (store, list_reads))
    return TRUE;

  g_autoptr (SynclineReads) reads = syncline_reads_new ();
  if (!store->list_reads (runner->roles->store, watch->sql, syncline_reads_add, reads, cancellable,
                          error))
    return FALSE;
  /* What was changed meanwhile is in what the query is about to give. */
  g_mutex_lock (&runner->lock);
  watch->reads = g_steal_pointer (&reads);
  g_mutex_unlock (&runner->lock);
  return TRUE;
}

static gboolean
collect (SynclineWatch *watch,
         SynclineCollector *collector,
         GCancellable *cancellable,
         GError **error)
{
  SynclineRoles *roles = watch->runner->roles;

  if (watch->parameter_error != NULL)
    {
      g_propagate_error (error, g_error_copy (watch->parameter_error));
      return FALSE;
    }
  SynclineStatement statement = syncline_parameters_to_statement (&watch->parameters, watch->sql);
  statement.read_only = TRUE;
  return find_reads (watch, cancellable, error)
         && roles->store_methods->execute (roles->store, &statement, syncline_collector_take_row,
                                           collector, NULL, cancellable, error);
}

static void
run (SynclineWatch *watch, GCancellable *cancellable)
{
  g_autoptr (SynclineCollector) collector = syncline_collector_new (watch->rows);
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) splices = NULL;

  if (!collect (watch, collector, cancellable, &error))
    {
      /* Who cancelled it has it run again, or is gone. */
      if (g_cancellable_is_cancelled (cancellable))
        return;
      watch->has_run = FALSE;
      send (watch, NULL, NULL, g_steal_pointer (&error));
      return;
    }

  g_autoptr (SynclineQueryRows) rows = syncline_collector_finish (collector, &splices);
  const gboolean silent = splices == NULL && watch->has_run;
  watch->has_run = TRUE;
  if (splices != NULL || watch->rows->columns != rows->columns)
    {
      syncline_query_rows_unref (watch->rows);
      watch->rows = syncline_query_rows_ref (rows);
    }
  if (silent)
    return;
  SynclineQueryRows *told = splices != NULL ? g_steal_pointer (&rows) : NULL;
  send (watch, told, g_steal_pointer (&splices), NULL);
}

/* Needs the lock. The watch whose turn it is; NULL if there is none before @out_when, which is -1 for never. */
static SynclineWatch *
choose (SynclineQueryRunner *runner, gint64 *out_when)
{
  const gint64 now = g_get_monotonic_time ();
  SynclineWatch *best = NULL;

  for (guint i = 0; i < runner->watches->len; i++)
    {
      SynclineWatch *watch = g_ptr_array_index (runner->watches, i);
      if (watch->dirty && !watch->delivering && (best == NULL || watch->next_run < best->next_run))
        best = watch;
    }
  *out_when = best != NULL ? best->next_run : -1;
  return best != NULL && best->next_run <= now ? best : NULL;
}

/* Needs the lock, and releases it while the query runs. */
static void
run_one (SynclineQueryRunner *runner, SynclineWatch *chosen)
{
  g_autoptr (SynclineWatch) watch = g_atomic_rc_box_acquire (chosen);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();

  watch->dirty = FALSE;
  runner->running = watch;
  runner->cancellable = cancellable;
  g_mutex_unlock (&runner->lock);

  run (watch, cancellable);

  g_mutex_lock (&runner->lock);
  runner->running = NULL;
  runner->cancellable = NULL;
  watch->next_run = g_get_monotonic_time () + watch->throttle;
  /* A run that was cut short. */
  if (g_cancellable_is_cancelled (cancellable))
    watch->dirty = TRUE;
}

static gpointer
runner_thread (gpointer data)
{
  SynclineQueryRunner *runner = data;

  g_mutex_lock (&runner->lock);
  while (!runner->stopping)
    {
      gint64 when;
      SynclineWatch *watch = choose (runner, &when);

      if (watch != NULL)
        run_one (runner, watch);
      else if (when < 0)
        g_cond_wait (&runner->wake, &runner->lock);
      else
        g_cond_wait_until (&runner->wake, &runner->lock, when);
    }
  g_mutex_unlock (&runner->lock);
  return NULL;
}

/* Needs the lock. */
static void
start_thread (SynclineQueryRunner *runner)
{
  if (runner->thread == NULL && runner->roles != NULL && runner->watches->len > 0)
    runner->thread = g_thread_new ("queries", runner_thread, runner);
}

void
syncline_query_runner_start (SynclineQueryRunner *runner, SynclineRoles *roles)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&runner->lock);

  runner->roles = roles;
  runner->stopping = FALSE;
  for (guint i = 0; i < runner->watches->len; i++)
    {
      SynclineWatch *watch = g_ptr_array_index (runner->watches, i);
      watch->dirty = TRUE;
      watch->next_run = 0;
      g_clear_pointer (&watch->reads, syncline_reads_free);
    }
  start_thread (runner);
}

void
syncline_query_runner_stop (SynclineQueryRunner *runner)
{
  g_mutex_lock (&runner->lock);
  runner->stopping = TRUE;
  g_autoptr (GCancellable) cancellable
      = runner->cancellable != NULL ? g_object_ref (runner->cancellable) : NULL;
  GThread *thread = g_steal_pointer (&runner->thread);
  g_cond_signal (&runner->wake);
  g_mutex_unlock (&runner->lock);

  g_cancellable_cancel (cancellable);
  if (thread != NULL)
    g_thread_join (thread);

  g_mutex_lock (&runner->lock);
  runner->roles = NULL;
  g_mutex_unlock (&runner->lock);
}

void
syncline_query_runner_notify (SynclineQueryRunner *runner,
                              guint n_tables,
                              const SynclineTableChange *tables)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&runner->lock);

  for (guint i = 0; i < runner->watches->len; i++)
    {
      SynclineWatch *watch = g_ptr_array_index (runner->watches, i);
      if (watch->dirty)
        continue;
      watch->dirty
          = watch->reads == NULL || syncline_reads_are_changed (watch->reads, n_tables, tables);
      if (watch->dirty)
        g_cond_signal (&runner->wake);
    }
}

/* --- Watches ------------------------------------------------------------------------------------- */

SynclineWatch *
syncline_watch_new (SynclineQueryRunner *runner,
                    GObject *owner,
                    SynclineWatchFunc func,
                    const char *sql,
                    GVariant *parameters)
{
  SynclineWatch *watch = g_atomic_rc_box_new0 (SynclineWatch);

  watch->runner = syncline_query_runner_ref (runner);
  g_weak_ref_init (&watch->owner, owner);
  watch->func = func;
  watch->sql = g_strdup (sql);
  (void) syncline_parameters_init (&watch->parameters, parameters, &watch->parameter_error);
  watch->throttle = SYNCLINE_QUERY_THROTTLE;
  watch->dirty = TRUE;
  watch->rows = syncline_query_rows_new ();

  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&runner->lock);
  g_ptr_array_add (runner->watches, watch);
  start_thread (runner);
  g_cond_signal (&runner->wake);
  return watch;
}

void
syncline_watch_end (SynclineWatch *watch)
{
  g_autoptr (SynclineQueryRunner) runner = syncline_query_runner_ref (watch->runner);
  g_autoptr (GCancellable) cancellable = NULL;

  g_mutex_lock (&runner->lock);
  g_ptr_array_remove (runner->watches, watch);
  if (runner->running == watch)
    cancellable = g_object_ref (runner->cancellable);
  g_mutex_unlock (&runner->lock);

  g_cancellable_cancel (cancellable);
  watch_unref (watch);
}

const char *
syncline_watch_get_sql (SynclineWatch *watch)
{
  return watch->sql;
}

gint64
syncline_watch_get_throttle (SynclineWatch *watch)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&watch->runner->lock);

  return watch->throttle;
}

void
syncline_watch_set_throttle (SynclineWatch *watch, gint64 throttle)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&watch->runner->lock);

  watch->next_run += throttle - watch->throttle;
  watch->throttle = throttle;
  g_cond_signal (&watch->runner->wake);
}

void
syncline_watch_refresh (SynclineWatch *watch)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&watch->runner->lock);

  g_clear_pointer (&watch->reads, syncline_reads_free);
  watch->dirty = TRUE;
  g_cond_signal (&watch->runner->wake);
}
