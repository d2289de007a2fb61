/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "client-private.h"
#include "parameters.h"
#include "query-private.h"
#include "result-private.h"
#include "status-private.h"

struct _SynclineClientClass
{
  GObjectClass parent_class;
};

G_DEFINE_FINAL_TYPE (SynclineClient, syncline_client, G_TYPE_OBJECT)

enum
{
  PROP_STATUS = 1,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

enum
{
  TABLES_CHANGED,
  ROWS_CHANGED,
  CHANGE_REJECTED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

/* --- Notices to the application ----------------------------------------------------------------- */

typedef struct
{
  GWeakRef client;
  char **tables;  /* NULL: the status, or rows */
  GVariant *rows; /* NULL: the status, or tables */
} Notice;

static void
notice_free (gpointer data)
{
  Notice *notice = data;

  g_weak_ref_clear (&notice->client);
  g_strfreev (notice->tables);
  g_clear_pointer (&notice->rows, g_variant_unref);
  g_free (notice);
}

static gboolean
deliver (gpointer data)
{
  Notice *notice = data;
  g_autoptr (SynclineClient) self = g_weak_ref_get (&notice->client);

  if (self == NULL)
    return G_SOURCE_REMOVE;
  if (notice->tables != NULL)
    {
      g_signal_emit (self, signals[TABLES_CHANGED], 0, notice->tables);
      return G_SOURCE_REMOVE;
    }
  if (notice->rows != NULL)
    {
      g_signal_emit (self, signals[ROWS_CHANGED], 0, notice->rows);
      return G_SOURCE_REMOVE;
    }
  g_atomic_int_set (&self->status_notice, FALSE);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATUS]);
  return G_SOURCE_REMOVE;
}

/* Takes @tables and @rows, of which one at most is there. */
static void
send_notice (SynclineClient *self, char **tables, GVariant *rows)
{
  Notice *notice = g_new0 (Notice, 1);

  g_weak_ref_init (&notice->client, self);
  notice->tables = tables;
  notice->rows = rows != NULL ? g_variant_ref_sink (rows) : NULL;
  syncline_outbox_post (self->outbox, deliver, notice, notice_free);
}

/* From any thread. However often the status changes, one notice is under way at a time. */
static void
status_changed (gpointer user_data)
{
  SynclineClient *self = user_data;

  if (g_atomic_int_compare_and_exchange (&self->status_notice, FALSE, TRUE))
    send_notice (self, NULL, NULL);
}

static void
send_tables_notice (SynclineClient *self, guint n_tables, const SynclineTableChange *tables)
{
  if (!g_signal_has_handler_pending (self, signals[TABLES_CHANGED], 0, FALSE))
    return;

  char **names = g_new0 (char *, n_tables + 1);
  for (guint i = 0; i < n_tables; i++)
    names[i] = g_strdup (tables[i].table);
  send_notice (self, names, NULL);
}

/* The ids of each table, of type a{sas}. */
static void
send_rows_notice (SynclineClient *self, guint n_tables, const SynclineTableChange *tables)
{
  GVariantBuilder builder;

  if (!g_signal_has_handler_pending (self, signals[ROWS_CHANGED], 0, FALSE))
    return;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a{sas}"));
  for (guint i = 0; i < n_tables; i++)
    g_variant_builder_add (&builder, "{s@as}", tables[i].table,
                           g_variant_new_strv (tables[i].row_ids, (gssize) tables[i].n_row_ids));
  send_notice (self, NULL, g_variant_builder_end (&builder));
}

typedef struct
{
  GWeakRef client;
  SynclineChange *change;
  SynclineOutcome *outcome;
  gboolean kept;
} RejectionNotice;

static void
rejection_notice_free (gpointer data)
{
  RejectionNotice *notice = data;

  g_weak_ref_clear (&notice->client);
  syncline_change_unref (notice->change);
  syncline_outcome_unref (notice->outcome);
  g_free (notice);
}

static gboolean
deliver_rejection (gpointer user_data)
{
  RejectionNotice *notice = user_data;
  g_autoptr (SynclineClient) self = g_weak_ref_get (&notice->client);

  if (self != NULL)
    g_signal_emit (self, signals[CHANGE_REJECTED], 0, notice->change, notice->outcome,
                   notice->kept);
  return G_SOURCE_REMOVE;
}

/* On the thread that uploads. */
static void
change_rejected (SynclineChange *change,
                 SynclineOutcome *outcome,
                 gboolean kept,
                 gpointer user_data)
{
  SynclineClient *self = user_data;

  if (!g_signal_has_handler_pending (self, signals[CHANGE_REJECTED], 0, FALSE))
    return;

  RejectionNotice *notice = g_new0 (RejectionNotice, 1);
  g_weak_ref_init (&notice->client, self);
  notice->change = syncline_change_ref (change);
  notice->outcome = syncline_outcome_ref (outcome);
  notice->kept = kept;

  syncline_outbox_post (self->outbox, deliver_rejection, notice, rejection_notice_free);
}

static const SynclineEngineNotices engine_notices = {
  .changed = status_changed,
  .rejected = change_rejected,
};

/* From any thread, also from within a call to the store. */
static void
changes_noticed (gpointer owner,
                 SynclineChangeOrigin origin,
                 guint n_tables,
                 const SynclineTableChange *tables)
{
  SynclineClient *self = owner;
  SynclineEngine *engine = g_atomic_pointer_get (&self->engine);

  if (engine != NULL && origin != SYNCLINE_CHANGE_DOWNLOADED)
    syncline_engine_notify_changes (engine);
  /* Another process may have subscribed. */
  if (engine != NULL && origin == SYNCLINE_CHANGE_EXTERNAL)
    syncline_engine_notify_subscriptions (engine);
  syncline_query_runner_notify (self->queries, n_tables, tables);
  send_tables_notice (self, n_tables, tables);
  send_rows_notice (self, n_tables, tables);
}

static void
auth_noticed (gpointer owner)
{
  SynclineClient *self = owner;
  SynclineEngine *engine = g_atomic_pointer_get (&self->engine);

  if (engine != NULL)
    syncline_engine_notify_auth (engine);
}

static const SynclineHostNotices host_notices = {
  .changes = changes_noticed,
  .auth = auth_noticed,
  .admit = syncline_client_admit_user,
};

/* --- Making and unmaking ------------------------------------------------------------------------ */

static void
syncline_client_init (SynclineClient *self)
{
  self->outbox = syncline_outbox_new ();
  self->queries = syncline_query_runner_new (self->outbox);
  g_rw_lock_init (&self->open_lock);
  g_mutex_init (&self->life_lock);
  self->life = g_cancellable_new ();
}

static void
syncline_client_dispose (GObject *object)
{
  syncline_client_close (SYNCLINE_CLIENT (object));
  G_OBJECT_CLASS (syncline_client_parent_class)->dispose (object);
}

static void
syncline_client_finalize (GObject *object)
{
  SynclineClient *self = SYNCLINE_CLIENT (object);

  g_clear_pointer (&self->roles, syncline_roles_free);
  syncline_outbox_close (self->outbox);
  syncline_outbox_unref (self->outbox);
  syncline_query_runner_unref (self->queries);
  g_object_unref (self->life);
  g_rw_lock_clear (&self->open_lock);
  g_mutex_clear (&self->life_lock);
  G_OBJECT_CLASS (syncline_client_parent_class)->finalize (object);
}

static void
syncline_client_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  SynclineClient *self = SYNCLINE_CLIENT (object);

  if (id == PROP_STATUS)
    g_value_take_boxed (value, syncline_client_dup_status (self));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
syncline_client_class_init (SynclineClientClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  object_class->dispose = syncline_client_dispose;
  object_class->finalize = syncline_client_finalize;
  object_class->get_property = syncline_client_get_property;

  /**
   * SynclineClient:status:
   *
   * What the client is doing.
   *
   * Since: 0.1
   */
  properties[PROP_STATUS] = g_param_spec_boxed ("status", NULL, NULL, SYNCLINE_TYPE_STATUS,
                                                G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  /**
   * SynclineClient::tables-changed:
   * @self: the client
   * @tables: (array zero-terminated=1): which tables; none when another process wrote and any may have
   *   changed
   *
   * Rows were changed, by this client, by a download or by another process. Of another process's write the tables may
   * be more than were written: local-only tables and the application's own are always among them, since nothing in
   * the file says whether they were, and so are the views `syncline_row_state` and `syncline_transaction_state`.
   *
   * Since: 0.1
   */
  signals[TABLES_CHANGED] = g_signal_new ("tables-changed", SYNCLINE_TYPE_CLIENT, G_SIGNAL_RUN_LAST,
                                          0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRV);

  /**
   * SynclineClient::rows-changed:
   * @self: the client
   * @rows: tables and the ids of their rows, of type `a{sas}`; a table without ids when too many rows changed to
   *   name them, or it is not known which; empty when another process wrote and any may have changed
   *
   * Rows were changed: like [signal@Client::tables-changed], with the rows. Once a transaction, whether it was
   * written here or a checkpoint that was downloaded; once for all that other processes wrote since the last look,
   * with the rows that were written to synced tables by SQL and only the tables of what was downloaded.
   *
   * Since: 0.1
   */
  signals[ROWS_CHANGED] = g_signal_new ("rows-changed", SYNCLINE_TYPE_CLIENT, G_SIGNAL_RUN_LAST, 0,
                                        NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_VARIANT);

  /**
   * SynclineClient::change-rejected:
   * @self: the client
   * @change: what was written
   * @outcome: why the server does not take it
   * @kept: whether it is among the rejected changes now; otherwise the config has it dropped
   *
   * The server refused a local change for good. Emitted where this client syncs; the number of rejected
   * changes in the status is known to every process.
   *
   * Since: 0.1
   */
  signals[CHANGE_REJECTED] = g_signal_new (
      "change-rejected", SYNCLINE_TYPE_CLIENT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
      3, SYNCLINE_TYPE_CHANGE, SYNCLINE_TYPE_OUTCOME, G_TYPE_BOOLEAN);
}

SynclineClient *
syncline_client_new (SynclineConfig *config, GError **error)
{
  g_return_val_if_fail (config != NULL, NULL);

  SynclineSetup *setup = syncline_setup_new (config, error);
  if (setup == NULL)
    return NULL;

  g_autoptr (SynclineClient) self = g_object_new (SYNCLINE_TYPE_CLIENT, NULL);
  self->roles = syncline_roles_new (setup, &syncline_system_clock, &host_notices, self, error);
  if (self->roles == NULL)
    return NULL;
  return g_steal_pointer (&self);
}

SynclineClient *
syncline_client_new_from_file (const char *path, GError **error)
{
  g_autoptr (SynclineConfig) config = syncline_config_new_from_file (path, error);

  return config != NULL ? syncline_client_new (config, error) : NULL;
}

/* --- Opening and closing ------------------------------------------------------------------------ */

static gboolean
open_store (SynclineClient *self, GCancellable *cancellable, GError **error)
{
  SynclineRoles *roles = self->roles;

  if (!roles->store_methods->open (roles->store, cancellable, error))
    return FALSE;
  g_atomic_pointer_set (&self->engine, syncline_engine_new (roles, &engine_notices, self));
  self->is_open = TRUE;
  syncline_query_runner_start (self->queries, roles);
  return TRUE;
}

gboolean
syncline_client_open (SynclineClient *self, GCancellable *cancellable, GError **error)
{
  g_return_val_if_fail (SYNCLINE_IS_CLIENT (self), FALSE);

  if (self->roles->store_methods == NULL)
    {
      g_set_error_literal (error, SYNCLINE_ERROR, SYNCLINE_ERROR_CONFIG,
                           "The config names no store, so there is nothing to open; add store = "
                           "sqlite-store to [syncline]");
      return FALSE;
    }
  g_auto (SynclineCall) call = SYNCLINE_CALL_INIT;
  gboolean is_open;
  if (!syncline_call_begin_open (&call, self, &is_open, cancellable, error))
    return FALSE;
  return is_open || open_store (self, call.cancellable, error);
}

static void
close_store (SynclineClient *self)
{
  /* Stopped before it becomes invisible: what still runs may give notices until then. */
  syncline_engine_stop (self->engine);
  SynclineEngine *engine = self->engine;
  g_atomic_pointer_set (&self->engine, NULL);
  syncline_engine_free (engine);
  self->roles->store_methods->close (self->roles->store);
  self->is_open = FALSE;
}

void
syncline_client_close (SynclineClient *self)
{
  g_return_if_fail (SYNCLINE_IS_CLIENT (self));

  g_auto (SynclineCall) call = SYNCLINE_CALL_INIT;
  syncline_call_begin_close (&call, self);
  syncline_query_runner_stop (self->queries);
  if (self->is_open)
    close_store (self);
  syncline_client_begin_life (self);
}

void
syncline_client_start (SynclineClient *self)
{
  g_return_if_fail (SYNCLINE_IS_CLIENT (self));

  g_auto (SynclineCall) call = SYNCLINE_CALL_INIT;
  const gboolean is_open = syncline_call_begin (&call, self, NULL, NULL);
  g_return_if_fail (is_open);
  syncline_engine_start (self->engine);
}

void
syncline_client_stop (SynclineClient *self)
{
  g_return_if_fail (SYNCLINE_IS_CLIENT (self));

  g_auto (SynclineCall) call = SYNCLINE_CALL_INIT;
  if (syncline_call_begin (&call, self, NULL, NULL))
    syncline_engine_stop (self->engine);
}

/* --- SQL ---------------------------------------------------------------------------------------- */

struct _SynclineTransaction
{
  SynclineRoles *roles;
  gpointer handle; /* the store's */
  GCancellable *cancellable;
  SynclineClientTransactionFunc func;
  gpointer user_data;
};

/* Within @transaction, or with its handle NULL, as a transaction of its own. */
static SynclineResult *
execute (const SynclineTransaction *transaction,
         const char *sql,
         GVariant *variant,
         gboolean read_only,
         GError **error)
{
  const SynclineStoreClass *methods = transaction->roles->store_methods;
  gpointer store = transaction->roles->store;
  g_auto (SynclineParameters) parameters = { NULL, NULL, NULL };
  g_autoptr (SynclineResult) result = syncline_result_new ();
  gint64 n_changed = 0;

  if (!syncline_parameters_init (&parameters, variant, error))
    return NULL;
  SynclineStatement statement = syncline_parameters_to_statement (&parameters, sql);
  statement.read_only = read_only;
  const gboolean ok
      = transaction->handle != NULL
            ? methods->execute_in (store, transaction->handle, &statement, syncline_result_take_row,
                                   result, &n_changed, transaction->cancellable, error)
            : methods->execute (store, &statement, syncline_result_take_row, result, &n_changed,
                                transaction->cancellable, error);
  if (!ok)
    return NULL;
  syncline_result_set_n_changed (result, n_changed);
  return g_steal_pointer (&result);
}

static SynclineResult *
execute_alone (SynclineClient *self,
               const char *sql,
               GVariant *parameters,
               gboolean read_only,
               GCancellable *cancellable,
               GError **error)
{
  g_auto (SynclineCall) call = SYNCLINE_CALL_INIT;

  if (!syncline_call_begin (&call, self, cancellable, error))
    {
      if (parameters != NULL)
        g_variant_unref (g_variant_ref_sink (parameters));
      return NULL;
    }
  const SynclineTransaction alone = { self->roles, NULL, call.cancellable, NULL, NULL };
  SynclineResult *result = execute (&alone, sql, parameters, read_only, error);
  (void) syncline_call_return (&call, result != NULL, error);
  return result;
}

SynclineResult *
syncline_client_execute (SynclineClient *self,
                         const char *sql,
                         GVariant *parameters,
                         GCancellable *cancellable,
                         GError **error)
{
  g_return_val_if_fail (SYNCLINE_IS_CLIENT (self), NULL);
  g_return_val_if_fail (sql != NULL, NULL);

  return execute_alone (self, sql, parameters, FALSE, cancellable, error);
}

SynclineResult *
syncline_client_query (SynclineClient *self,
                       const char *sql,
                       GVariant *parameters,
                       GCancellable *cancellable,
                       GError **error)
{
  g_return_val_if_fail (SYNCLINE_IS_CLIENT (self), NULL);
  g_return_val_if_fail (sql != NULL, NULL);

  return execute_alone (self, sql, parameters, TRUE, cancellable, error);
}

SynclineQuery *
syncline_client_watch (SynclineClient *self, const char *sql, GVariant *parameters)
{
  g_return_val_if_fail (SYNCLINE_IS_CLIENT (self), NULL);
  g_return_val_if_fail (sql != NULL, NULL);

  return syncline_query_new (self->queries, sql, parameters);
}

static gboolean
run_transaction (gpointer handle, gpointer user_data, GError **error)
{
  SynclineTransaction *transaction = user_data;
  GError *failure = NULL;

  transaction->handle = handle;
  if (transaction->func (transaction, transaction->user_data, &failure))
    {
      /* Committed whatever it noted on the way. */
      g_clear_error (&failure);
      return TRUE;
    }
  /* Language bindings have no way to pass on an exception of their own. */
  if (failure == NULL)
    failure = g_error_new_literal (SYNCLINE_ERROR, SYNCLINE_ERROR_FAILED,
                                   "The transaction was rolled back: its function failed without "
                                   "an error that says why");
  g_propagate_error (error, failure);
  return FALSE;
}

gboolean
syncline_client_transaction (SynclineClient *self,
                             SynclineClientTransactionFunc func,
                             gpointer user_data,
                             GCancellable *cancellable,
                             GError **error)
{
  g_return_val_if_fail (SYNCLINE_IS_CLIENT (self), FALSE);
  g_return_val_if_fail (func != NULL, FALSE);

  g_auto (SynclineCall) call = SYNCLINE_CALL_INIT;
  if (!syncline_call_begin (&call, self, cancellable, error))
    return FALSE;
  SynclineTransaction transaction = { self->roles, NULL, call.cancellable, func, user_data };
  return syncline_call_return (
      &call,
      self->roles->store_methods->transaction (self->roles->store, run_transaction, &transaction,
                                               call.cancellable, error),
      error);
}

SynclineResult *
syncline_transaction_execute (SynclineTransaction *transaction,
                              const char *sql,
                              GVariant *parameters,
                              GError **error)
{
  g_return_val_if_fail (transaction != NULL, NULL);
  g_return_val_if_fail (sql != NULL, NULL);

  return execute (transaction, sql, parameters, FALSE, error);
}

/* --- What it is doing ---------------------------------------------------------------------------- */

static SynclineStatus *
dup_status (SynclineClient *self, SynclineStatus *(*dup) (SynclineEngine *engine))
{
  g_auto (SynclineCall) call = SYNCLINE_CALL_INIT;

  return syncline_call_begin (&call, self, NULL, NULL) ? dup (self->engine)
                                                       : syncline_status_new_closed ();
}

SynclineStatus *
syncline_client_dup_status (SynclineClient *self)
{
  g_return_val_if_fail (SYNCLINE_IS_CLIENT (self), NULL);

  return dup_status (self, syncline_engine_dup_status);
}

SynclineStatus *
syncline_client_dup_syncer_status (SynclineClient *self)
{
  g_return_val_if_fail (SYNCLINE_IS_CLIENT (self), NULL);

  return dup_status (self, syncline_engine_dup_syncer_status);
}

SynclineSchema *
syncline_client_get_schema (SynclineClient *self)
{
  g_return_val_if_fail (SYNCLINE_IS_CLIENT (self), NULL);

  return self->roles->setup->schema;
}

gboolean
syncline_client_wait_until_synced (SynclineClient *self,
                                   gint64 timeout,
                                   GCancellable *cancellable,
                                   GError **error)
{
  g_return_val_if_fail (SYNCLINE_IS_CLIENT (self), FALSE);

  g_auto (SynclineCall) call = SYNCLINE_CALL_INIT;
  if (!syncline_call_begin (&call, self, cancellable, error))
    return FALSE;
  return syncline_call_return (
      &call, syncline_engine_wait_until_synced (self->engine, timeout, call.cancellable, error),
      error);
}

/* --- The queue ----------------------------------------------------------------------------------- */

gboolean
syncline_client_list_changes (SynclineClient *self,
                              gboolean rejected,
                              SynclineClientChangeFunc func,
                              gpointer user_data,
                              GCancellable *cancellable,
                              GError **error)
{
  g_return_val_if_fail (SYNCLINE_IS_CLIENT (self), FALSE);

  g_auto (SynclineCall) call = SYNCLINE_CALL_INIT;
  if (!syncline_call_begin (&call, self, cancellable, error))
    return FALSE;
  return syncline_call_return (&call,
                               self->roles->store_methods->list_changes (self->roles->store,
                                                                         rejected, func, user_data,
                                                                         call.cancellable, error),
                               error);
}

static gboolean
get_write_state (SynclineClient *self,
                 const SynclineWrite *write,
                 SynclineWriteState *out_state,
                 GCancellable *cancellable,
                 GError **error)
{
  g_auto (SynclineCall) call = SYNCLINE_CALL_INIT;

  return syncline_call_begin (&call, self, cancellable, error)
         && syncline_roles_get_write_state (self->roles, write, out_state, call.cancellable, error);
}

gboolean
syncline_client_get_row_state (SynclineClient *self,
                               const char *table,
                               const char *row_id,
                               SynclineWriteState *out_state,
                               GCancellable *cancellable,
                               GError **error)
{
  g_return_val_if_fail (SYNCLINE_IS_CLIENT (self), FALSE);
  g_return_val_if_fail (table != NULL && row_id != NULL && out_state != NULL, FALSE);

  const SynclineWrite write = { .table = table, .row_id = row_id };
  return get_write_state (self, &write, out_state, cancellable, error);
}

gboolean
syncline_client_get_transaction_state (SynclineClient *self,
                                       gint64 transaction,
                                       SynclineWriteState *out_state,
                                       GCancellable *cancellable,
                                       GError **error)
{
  g_return_val_if_fail (SYNCLINE_IS_CLIENT (self), FALSE);
  g_return_val_if_fail (out_state != NULL, FALSE);

  const SynclineWrite write = { .transaction = transaction };
  return get_write_state (self, &write, out_state, cancellable, error);
}

gboolean
syncline_client_retry_rejected (SynclineClient *self,
                                gint64 id,
                                GCancellable *cancellable,
                                GError **error)
{
  g_return_val_if_fail (SYNCLINE_IS_CLIENT (self), FALSE);

  g_auto (SynclineCall) call = SYNCLINE_CALL_INIT;
  if (!syncline_call_begin (&call, self, cancellable, error))
    return FALSE;
  if (!self->roles->store_methods->retry_rejected (self->roles->store, id, call.cancellable, error))
    return FALSE;
  syncline_engine_notify_changes (self->engine);
  return TRUE;
}

gboolean
syncline_client_discard_rejected (SynclineClient *self,
                                  gint64 id,
                                  GCancellable *cancellable,
                                  GError **error)
{
  g_return_val_if_fail (SYNCLINE_IS_CLIENT (self), FALSE);

  g_auto (SynclineCall) call = SYNCLINE_CALL_INIT;
  if (!syncline_call_begin (&call, self, cancellable, error))
    return FALSE;
  if (!self->roles->store_methods->discard_rejected (self->roles->store, id, call.cancellable,
                                                     error))
    return FALSE;
  status_changed (self);
  return TRUE;
}

/* Nobody syncs while rows and positions go. */
static gboolean
clear_alone (SynclineRoles *roles,
             SynclineClearFlags flags,
             GCancellable *cancellable,
             GError **error)
{
  const SynclineStoreClass *methods = roles->store_methods;
  gboolean acquired = FALSE;

  if (!methods->acquire_sync (roles->store, &acquired, error))
    return FALSE;
  if (!acquired)
    {
      g_set_error_literal (error, SYNCLINE_ERROR, SYNCLINE_ERROR_STATE,
                           "Another process syncs the database; stop it first");
      return FALSE;
    }
  const gboolean cleared = methods->clear (roles->store, flags, cancellable, error);
  methods->release_sync (roles->store);
  return cleared;
}

gboolean
syncline_client_clear (SynclineClient *self,
                       SynclineClearFlags flags,
                       GCancellable *cancellable,
                       GError **error)
{
  g_return_val_if_fail (SYNCLINE_IS_CLIENT (self), FALSE);

  const SynclineClearFlags told = SYNCLINE_CLEAR_KEEP_QUEUED | SYNCLINE_CLEAR_DISCARD_QUEUED;
  g_return_val_if_fail ((flags & told) != told, FALSE);

  SynclineRoles *roles = self->roles;
  SynclineGate gate;
  g_auto (SynclineCall) call = SYNCLINE_CALL_INIT;
  if (!syncline_call_begin (&call, self, cancellable, error))
    return FALSE;
  if (syncline_engine_is_started (self->engine))
    {
      g_set_error_literal (
          error, SYNCLINE_ERROR, SYNCLINE_ERROR_STATE,
          "The database can't be cleared while it is synced; stop the client first");
      return FALSE;
    }
  if (!roles->store_methods->get_gate (roles->store, &gate, error))
    return FALSE;
  if ((flags & told) == 0 && gate.n_queued + gate.n_rejected > 0)
    {
      g_set_error (
          error, SYNCLINE_ERROR, SYNCLINE_ERROR_STATE,
          "%" G_GUINT64_FORMAT " queued and %" G_GUINT64_FORMAT
          " rejected changes would be lost; upload them, or say that they stay or may be lost",
          gate.n_queued, gate.n_rejected);
      return FALSE;
    }
  return syncline_call_return (&call, clear_alone (roles, flags, call.cancellable, error), error);
}
