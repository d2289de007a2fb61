/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#pragma once

#include <gio/gio.h>
#include <syncline/config.h>
#include <syncline/error.h>
#include <syncline/query.h>
#include <syncline/schema.h>
#include <syncline/server.h>
#include <syncline/status.h>
#include <syncline/types.h>

G_BEGIN_DECLS

/**
 * SynclineResult:
 *
 * The rows that a statement gave: immutable, reference-counted, usable from any thread.
 *
 * Since: 0.1
 */
typedef struct _SynclineResult SynclineResult;

#define SYNCLINE_TYPE_RESULT (syncline_result_get_type ())
SYNCLINE_API GType syncline_result_get_type (void) G_GNUC_CONST;

/**
 * syncline_result_ref:
 * @result: a result
 *
 * Takes a reference.
 *
 * Returns: (transfer full): @result
 *
 * Since: 0.1
 */
SYNCLINE_API SynclineResult *syncline_result_ref (SynclineResult *result);

/**
 * syncline_result_unref:
 * @result: (transfer full): a result
 *
 * Drops a reference. The last one frees it.
 *
 * Since: 0.1
 */
SYNCLINE_API void syncline_result_unref (SynclineResult *result);

/**
 * syncline_result_get_n_rows:
 * @result: a result
 *
 * Returns: how many rows there are
 *
 * Since: 0.1
 */
SYNCLINE_API guint syncline_result_get_n_rows (SynclineResult *result);

/**
 * syncline_result_get_n_columns:
 * @result: a result
 *
 * Returns: how many columns each row has; 0 for a statement that gives no rows
 *
 * Since: 0.1
 */
SYNCLINE_API guint syncline_result_get_n_columns (SynclineResult *result);

/**
 * syncline_result_get_column_name:
 * @result: a result
 * @column: a column, from 0
 *
 * Returns: (nullable) (transfer none): the name of the column, or %NULL when @column is out of range
 *
 * Since: 0.1
 */
SYNCLINE_API const char *syncline_result_get_column_name (SynclineResult *result, guint column);

/**
 * syncline_result_get_value_type:
 * @result: a result
 * @row: a row, from 0
 * @column: a column, from 0
 *
 * Returns: what kind of value the cell holds; %SYNCLINE_VALUE_NULL for positions out of range
 *
 * Since: 0.1
 */
SYNCLINE_API SynclineValueType syncline_result_get_value_type (SynclineResult *result,
                                                               guint row,
                                                               guint column);

/**
 * syncline_result_get_text:
 * @result: a result
 * @row: a row, from 0
 * @column: a column, from 0
 *
 * Returns: (nullable) (transfer none): the text of a text cell; %NULL for a cell of another type and for
 *   positions out of range
 *
 * Since: 0.1
 */
SYNCLINE_API const char *syncline_result_get_text (SynclineResult *result, guint row, guint column);

/**
 * syncline_result_get_integer:
 * @result: a result
 * @row: a row, from 0
 * @column: a column, from 0
 *
 * Returns: the number, a real one cut; 0 for cells that are no number
 *
 * Since: 0.1
 */
SYNCLINE_API gint64 syncline_result_get_integer (SynclineResult *result, guint row, guint column);

/**
 * syncline_result_get_real:
 * @result: a result
 * @row: a row, from 0
 * @column: a column, from 0
 *
 * Returns: the number, an integer converted; 0 for cells that are no number
 *
 * Since: 0.1
 */
SYNCLINE_API double syncline_result_get_real (SynclineResult *result, guint row, guint column);

/**
 * syncline_result_dup_blob:
 * @result: a result
 * @row: a row, from 0
 * @column: a column, from 0
 *
 * Returns: (nullable) (transfer full): the bytes of a blob or text cell, or %NULL
 *
 * Since: 0.1
 */
SYNCLINE_API GBytes *syncline_result_dup_blob (SynclineResult *result, guint row, guint column);

/**
 * syncline_result_dup_value:
 * @result: a result
 * @row: a row, from 0
 * @column: a column, from 0
 *
 * Gets a cell of any type, in the form that [method@Client.execute] takes as a parameter.
 *
 * Returns: (transfer full): an `x`, `d`, `s` or `ay`, or an empty `mv` for NULL and for positions out of
 *   range; text that is no UTF-8 or holds a NUL is an `ay`
 *
 * Since: 0.1
 */
SYNCLINE_API GVariant *syncline_result_dup_value (SynclineResult *result, guint row, guint column);

/**
 * syncline_result_dup_row:
 * @result: a result
 * @row: a row, from 0
 *
 * Returns: (transfer full): the cells of the row by column name, an `a{sv}` of what
 *   [method@Result.dup_value] gives; empty when @row is out of range. Of columns with the same name the last
 *   one counts.
 *
 * Since: 0.1
 */
SYNCLINE_API GVariant *syncline_result_dup_row (SynclineResult *result, guint row);

/**
 * syncline_result_get_n_changed:
 * @result: a result
 *
 * Returns: rows that the statement inserted, updated or deleted
 *
 * Since: 0.1
 */
SYNCLINE_API gint64 syncline_result_get_n_changed (SynclineResult *result);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SynclineResult, syncline_result_unref)

/**
 * SynclineTransaction:
 *
 * An open write transaction, valid within the function that it was passed to.
 *
 * Since: 0.1
 */
typedef struct _SynclineTransaction SynclineTransaction;

/**
 * SynclineClientTransactionFunc:
 * @transaction: the transaction
 * @user_data: what was passed
 * @error: return location for an error
 *
 * The body of a transaction, run on the calling thread. It must not use the client, only the
 * transaction. A body that returns %FALSE without an error, as one in a scripting language does that
 * threw an exception of its own, is rolled back with %SYNCLINE_ERROR_FAILED.
 *
 * Returns: %TRUE to commit, %FALSE with @error set to roll back
 *
 * Since: 0.1
 */
typedef gboolean (*SynclineClientTransactionFunc) (SynclineTransaction *transaction,
                                                   gpointer user_data,
                                                   GError **error);

/**
 * syncline_transaction_execute:
 * @transaction: a transaction
 * @sql: one statement
 * @parameters: (nullable): like in [method@Client.execute]
 * @error: return location for an error
 *
 * Returns: (transfer full): what the statement gave, or %NULL
 *
 * Since: 0.1
 */
SYNCLINE_API SynclineResult *syncline_transaction_execute (SynclineTransaction *transaction,
                                                           const char *sql,
                                                           GVariant *parameters,
                                                           GError **error);

#define SYNCLINE_TYPE_CLIENT (syncline_client_get_type ())

/**
 * SynclineClient:
 *
 * A local database that is kept in sync. Reads and writes are local and never wait for the network;
 * [method@Client.start] syncs in the background.
 *
 * All methods may be called from any thread, but for construction and disposal. Signals and
 * `notify` are delivered in the [struct@GLib.MainContext] that was the thread's default when the
 * client was made.
 *
 * Since: 0.1
 */
SYNCLINE_API GType syncline_client_get_type (void) G_GNUC_CONST;
typedef struct _SynclineClient SynclineClient;
typedef struct _SynclineClientClass SynclineClientClass;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SynclineClient, g_object_unref)
#define SYNCLINE_CLIENT(object)                                                                    \
  (G_TYPE_CHECK_INSTANCE_CAST ((object), SYNCLINE_TYPE_CLIENT, SynclineClient))
#define SYNCLINE_IS_CLIENT(object) (G_TYPE_CHECK_INSTANCE_TYPE ((object), SYNCLINE_TYPE_CLIENT))

/**
 * syncline_client_new: (constructor)
 * @config: a config
 * @error: return location for an error
 *
 * Checks the whole config, loads its plugins and makes a client of them. Nothing is opened yet.
 *
 * Returns: (transfer full): a client, or %NULL with %SYNCLINE_ERROR_CONFIG or %SYNCLINE_ERROR_PLUGIN
 *
 * Since: 0.1
 */
SYNCLINE_API SynclineClient *syncline_client_new (SynclineConfig *config, GError **error);

/**
 * syncline_client_new_from_file: (constructor)
 * @path: (type filename): a config file
 * @error: return location for an error
 *
 * Returns: (transfer full): a client, or %NULL with %SYNCLINE_ERROR_CONFIG or %SYNCLINE_ERROR_PLUGIN
 *
 * Since: 0.1
 */
SYNCLINE_API SynclineClient *syncline_client_new_from_file (const char *path, GError **error);

/**
 * syncline_client_open:
 * @client: a client
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Opens the local database, making or migrating it. It can be read and written from here on, offline.
 * Opening an open client does nothing.
 *
 * Returns: whether it worked
 *
 * Since: 0.1
 */
SYNCLINE_API gboolean syncline_client_open (SynclineClient *client,
                                            GCancellable *cancellable,
                                            GError **error);

/**
 * syncline_client_start:
 * @client: an open client
 *
 * Starts to sync in the background: at once if somebody is signed in, otherwise as soon as somebody
 * is. Starting a started client does nothing.
 *
 * Since: 0.1
 */
SYNCLINE_API void syncline_client_start (SynclineClient *client);

/**
 * syncline_client_stop:
 * @client: a client
 *
 * Stops to sync: cancels what is under way and waits for it, which takes no more than a moment. The
 * local database stays open. What was not finished is finished after the next start.
 *
 * Since: 0.1
 */
SYNCLINE_API void syncline_client_stop (SynclineClient *client);

/**
 * syncline_client_close:
 * @client: a client
 *
 * Stops to sync and closes the local database. Calls that are under way in other threads are cancelled and
 * waited for. Disposing the client does the same. Must not be called within a transaction or another
 * function that a call of the client calls.
 *
 * Since: 0.1
 */
SYNCLINE_API void syncline_client_close (SynclineClient *client);

/**
 * syncline_client_execute:
 * @client: an open client
 * @sql: one statement
 * @parameters: (nullable): a tuple or array of values for `?1`, `?2`, …, or an `a{sv}` for `:name`;
 *   values are booleans, integers, doubles, strings, byte strings (`ay`), or a nothing of any maybe
 *   type for NULL. A floating reference is consumed.
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Runs one statement. One that writes is its own transaction; what it changes in synced tables is
 * queued for upload with it.
 *
 * Returns: (transfer full): what the statement gave, or %NULL with %SYNCLINE_ERROR_SQL,
 *   %SYNCLINE_ERROR_BUSY, %SYNCLINE_ERROR_FULL or %G_IO_ERROR_CANCELLED
 *
 * Since: 0.1
 */
SYNCLINE_API SynclineResult *syncline_client_execute (SynclineClient *client,
                                                      const char *sql,
                                                      GVariant *parameters,
                                                      GCancellable *cancellable,
                                                      GError **error);

/**
 * syncline_client_query:
 * @client: an open client
 * @sql: one statement that only reads
 * @parameters: (nullable): like in [method@Client.execute]
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Like [method@Client.execute], but refuses statements that write, and never waits for a writer.
 *
 * Returns: (transfer full): what the statement gave, or %NULL
 *
 * Since: 0.1
 */
SYNCLINE_API SynclineResult *syncline_client_query (SynclineClient *client,
                                                    const char *sql,
                                                    GVariant *parameters,
                                                    GCancellable *cancellable,
                                                    GError **error);

/**
 * syncline_client_watch:
 * @client: a client
 * @sql: one statement that only reads
 * @parameters: (nullable): like in [method@Client.execute]
 *
 * Makes a live query, which runs as soon as the client is open, and again when what it reads was changed. It
 * has no rows at first. What is wrong with @sql or @parameters is found in its error.
 *
 * Returns: (transfer full): a live query
 *
 * Since: 0.1
 */
SYNCLINE_API SynclineQuery *
syncline_client_watch (SynclineClient *client, const char *sql, GVariant *parameters);

/**
 * syncline_client_transaction:
 * @client: an open client
 * @func: (scope call): the body
 * @user_data: passed to @func
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Runs @func within one write transaction. It goes up as one transaction, too.
 *
 * Returns: whether it was committed
 *
 * Since: 0.1
 */
SYNCLINE_API gboolean syncline_client_transaction (SynclineClient *client,
                                                   SynclineClientTransactionFunc func,
                                                   gpointer user_data,
                                                   GCancellable *cancellable,
                                                   GError **error);

/**
 * syncline_client_sign_in:
 * @client: a client
 * @parameters: (nullable): an `a{sv}` for the auth plugin, such as `email` and `password`. A floating
 *   reference is consumed.
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Signs in. If the local database belongs to another user, fails with %SYNCLINE_ERROR_STATE: clear it
 * first.
 *
 * Returns: whether it worked
 *
 * Since: 0.1
 */
SYNCLINE_API gboolean syncline_client_sign_in (SynclineClient *client,
                                               GVariant *parameters,
                                               GCancellable *cancellable,
                                               GError **error);

/**
 * syncline_client_begin_browser_sign_in:
 * @client: a client
 * @parameters: an `a{sv}` for the auth plugin, such as `provider` and `redirect-to`. A floating reference is
 *   consumed.
 * @out_url: (out) (optional) (nullable): what to open in a browser; %NULL when the user gets a link by mail
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Begins a sign-in in a browser, for programs to which the browser comes back by a URL of their own. They finish it
 * with [method@Client.sign_in], whose parameter `callback-url` is the whole URL that the browser came back with.
 * Beginning another one gives this one up.
 *
 * Returns: whether it worked
 *
 * Since: 0.1
 */
SYNCLINE_API gboolean syncline_client_begin_browser_sign_in (SynclineClient *client,
                                                             GVariant *parameters,
                                                             char **out_url,
                                                             GCancellable *cancellable,
                                                             GError **error);

/**
 * SynclineClientBrowserFunc:
 * @client: the client
 * @url: (nullable): what to open; %NULL when the user gets a link by mail
 * @user_data: what was passed
 * @error: return location for an error
 *
 * Opens a URL in the user's browser, on the thread of the call, and does not wait for what happens there.
 *
 * Returns: %FALSE to give up
 *
 * Since: 0.1
 */
typedef gboolean (*SynclineClientBrowserFunc) (SynclineClient *client,
                                               const char *url,
                                               gpointer user_data,
                                               GError **error);

/**
 * syncline_client_sign_in_with_browser:
 * @client: a client
 * @parameters: an `a{sv}` for the auth plugin, such as `provider`; `port` (`q`) is the port to listen on, any that
 *   is free by default. A floating reference is consumed.
 * @func: (scope call): opens the browser
 * @user_data: passed to @func
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Signs in through a browser that comes back to http://127.0.0.1:PORT/callback, where this listens for as long as
 * it takes, up to ten minutes. The auth server has to allow that URL.
 *
 * Returns: whether it worked
 *
 * Since: 0.1
 */
SYNCLINE_API gboolean syncline_client_sign_in_with_browser (SynclineClient *client,
                                                            GVariant *parameters,
                                                            SynclineClientBrowserFunc func,
                                                            gpointer user_data,
                                                            GCancellable *cancellable,
                                                            GError **error);

/**
 * syncline_client_sign_up:
 * @client: a client
 * @parameters: (nullable): like in [method@Client.sign_in]
 * @out_session: (out) (optional): whether the user is signed in now; if not, the server waits for a
 *   confirmation
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Makes a new user and signs in.
 *
 * Returns: whether it worked
 *
 * Since: 0.1
 */
SYNCLINE_API gboolean syncline_client_sign_up (SynclineClient *client,
                                               GVariant *parameters,
                                               gboolean *out_session,
                                               GCancellable *cancellable,
                                               GError **error);

/**
 * syncline_client_sign_out:
 * @client: a client
 * @everywhere: also end the user's other sessions
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Signs out. Local data and queued changes stay, and go up when the same user signs in again.
 *
 * Returns: whether it worked
 *
 * Since: 0.1
 */
SYNCLINE_API gboolean syncline_client_sign_out (SynclineClient *client,
                                                gboolean everywhere,
                                                GCancellable *cancellable,
                                                GError **error);

/**
 * syncline_client_dup_user:
 * @client: a client
 *
 * Returns: (nullable) (transfer full): what is known, without asking the server, of who is signed in: an
 *   `a{sv}` with `id` at least; %NULL when nobody is
 *
 * Since: 0.1
 */
SYNCLINE_API GVariant *syncline_client_dup_user (SynclineClient *client);

/**
 * syncline_client_ask_user:
 * @client: a client
 * @changes: (nullable): an `a{sv}` of what to change, such as `email` and `password`. A floating reference is
 *   consumed.
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Asks the server who is signed in, after having it change what @changes says. That is how somebody who signed in
 * anonymously gets an address and a password, and keeps their data.
 *
 * Returns: (nullable) (transfer full): like [method@Client.dup_user], or %NULL with @error set
 *
 * Since: 0.1
 */
SYNCLINE_API GVariant *syncline_client_ask_user (SynclineClient *client,
                                                 GVariant *changes,
                                                 GCancellable *cancellable,
                                                 GError **error);

/**
 * syncline_client_clear:
 * @client: an open client that is not started
 * @flags: what becomes of queued changes and of local-only tables
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Empties the local database. If changes are queued or rejected, one of two flags has to say what is to become of
 * them. With %SYNCLINE_CLEAR_KEEP_QUEUED nobody can see rows any more, and what is queued goes up when the same
 * user signs in again. With %SYNCLINE_CLEAR_DISCARD_QUEUED, or if there are none, another user can sign in.
 *
 * Returns: %FALSE with %SYNCLINE_ERROR_STATE when the client is started, another process syncs, or changes are
 *   queued
 *
 * Since: 0.1
 */
SYNCLINE_API gboolean syncline_client_clear (SynclineClient *client,
                                             SynclineClearFlags flags,
                                             GCancellable *cancellable,
                                             GError **error);

/**
 * syncline_client_dup_status:
 * @client: a client
 *
 * Returns: (transfer full): what the client is doing
 *
 * Since: 0.1
 */
SYNCLINE_API SynclineStatus *syncline_client_dup_status (SynclineClient *client);

/**
 * syncline_client_dup_syncer_status:
 * @client: a client
 *
 * Like [method@Client.dup_status], but if another process syncs the database, with the states, reasons,
 * times and errors of that process, which are at most a moment old. What it is receiving is not known then.
 *
 * Returns: (transfer full): what the process that syncs is doing
 *
 * Since: 0.1
 */
SYNCLINE_API SynclineStatus *syncline_client_dup_syncer_status (SynclineClient *client);

/**
 * syncline_client_get_schema:
 * @client: a client
 *
 * Returns: (transfer none): the schema
 *
 * Since: 0.1
 */
SYNCLINE_API SynclineSchema *syncline_client_get_schema (SynclineClient *client);

/**
 * syncline_client_wait_until_synced:
 * @client: a started client
 * @timeout: microseconds to wait at most, or -1 for ever
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Waits until what was written here before the call is on the server, and what the server had at the time of
 * the call is here and visible. With only one of upload and download configured, waits for
 * that. Must not be called in a handler of the client's signals.
 *
 * Returns: %TRUE, or %FALSE with %G_IO_ERROR_TIMED_OUT (the message says what it waited for),
 *   %G_IO_ERROR_CANCELLED, %SYNCLINE_ERROR_NO_SESSION, or what keeps it from ever getting there
 *
 * Since: 0.1
 */
SYNCLINE_API gboolean syncline_client_wait_until_synced (SynclineClient *client,
                                                         gint64 timeout,
                                                         GCancellable *cancellable,
                                                         GError **error);

/**
 * SynclineClientChangeFunc:
 * @change: a change
 * @outcome: (nullable): for rejected changes, the server's answer
 * @rejected_at: for rejected changes, when, in microseconds since the epoch
 * @user_data: what was passed
 *
 * Receives queued or rejected changes.
 *
 * Returns: %TRUE to go on, %FALSE to stop
 *
 * Since: 0.1
 */
typedef gboolean (*SynclineClientChangeFunc) (SynclineChange *change,
                                              SynclineOutcome *outcome,
                                              gint64 rejected_at,
                                              gpointer user_data);

/**
 * syncline_client_list_changes:
 * @client: an open client
 * @rejected: list the rejected changes instead of the queued ones
 * @func: (scope call): receives them, oldest first
 * @user_data: passed to @func
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Lists what waits for upload, or what the server refused.
 *
 * Returns: whether it worked
 *
 * Since: 0.1
 */
SYNCLINE_API gboolean syncline_client_list_changes (SynclineClient *client,
                                                    gboolean rejected,
                                                    SynclineClientChangeFunc func,
                                                    gpointer user_data,
                                                    GCancellable *cancellable,
                                                    GError **error);

/**
 * syncline_client_get_row_state:
 * @client: an open client
 * @table: a table
 * @row_id: the `id` of a row, which need not exist
 * @out_state: (out): how far what was written to the row has come
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Reads the queue through; for many rows join the view `syncline_row_state` instead.
 *
 * Returns: %TRUE on success
 *
 * Since: 0.1
 */
SYNCLINE_API gboolean syncline_client_get_row_state (SynclineClient *client,
                                                     const char *table,
                                                     const char *row_id,
                                                     SynclineWriteState *out_state,
                                                     GCancellable *cancellable,
                                                     GError **error);

/**
 * syncline_client_get_transaction_state:
 * @client: an open client
 * @transaction: the number of a local transaction; see [method@Change.get_transaction]
 * @out_state: (out): how far it has come
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Like [method@Client.get_row_state], for a transaction.
 *
 * Returns: %TRUE on success
 *
 * Since: 0.1
 */
SYNCLINE_API gboolean syncline_client_get_transaction_state (SynclineClient *client,
                                                             gint64 transaction,
                                                             SynclineWriteState *out_state,
                                                             GCancellable *cancellable,
                                                             GError **error);

/**
 * syncline_client_retry_rejected:
 * @client: an open client
 * @id: the number of a rejected change
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Puts a rejected change back into the queue, to be uploaded once more.
 *
 * Returns: whether it worked
 *
 * Since: 0.1
 */
SYNCLINE_API gboolean syncline_client_retry_rejected (SynclineClient *client,
                                                      gint64 id,
                                                      GCancellable *cancellable,
                                                      GError **error);

/**
 * syncline_client_discard_rejected:
 * @client: an open client
 * @id: the number of a rejected change
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Forgets a rejected change.
 *
 * Returns: whether it worked
 *
 * Since: 0.1
 */
SYNCLINE_API gboolean syncline_client_discard_rejected (SynclineClient *client,
                                                        gint64 id,
                                                        GCancellable *cancellable,
                                                        GError **error);

/**
 * syncline_client_subscribe:
 * @client: an open client
 * @stream: a sync stream of the service
 * @parameters: (nullable): the stream's parameters, JSON object text
 * @priority: the priority to ask for, or -1 for the stream's own
 * @ttl: how long the subscription outlives this process, in microseconds; -1 for a day
 * @error: return location for an error
 *
 * Asks for a stream, from now on. The subscription is remembered in the database and holds until
 * [method@Client.unsubscribe]; without that it ends when no process has renewed it for @ttl. Subscribing
 * again renews it. A running download continues with the changed list after a moment.
 *
 * Returns: whether it is noted
 *
 * Since: 0.1
 */
SYNCLINE_API gboolean syncline_client_subscribe (SynclineClient *client,
                                                 const char *stream,
                                                 const char *parameters,
                                                 int priority,
                                                 gint64 ttl,
                                                 GError **error);

/**
 * syncline_client_unsubscribe:
 * @client: an open client
 * @stream: a sync stream
 * @parameters: (nullable): the parameters that it was subscribed with
 * @error: return location for an error
 *
 * Ends a subscription; its rows vanish unless another stream brings them. One that does not exist is no
 * error; one that the config names is %SYNCLINE_ERROR_STATE.
 *
 * Returns: whether it is noted
 *
 * Since: 0.1
 */
SYNCLINE_API gboolean syncline_client_unsubscribe (SynclineClient *client,
                                                   const char *stream,
                                                   const char *parameters,
                                                   GError **error);

/**
 * syncline_client_list_streams:
 * @client: an open client
 * @error: return location for an error
 *
 * Returns: (transfer full) (element-type SynclineStreamStatus): all streams that are subscribed to, or that
 *   the service sends by itself; %NULL on failure. The array has a free function.
 *
 * Since: 0.1
 */
SYNCLINE_API GPtrArray *syncline_client_list_streams (SynclineClient *client, GError **error);

/**
 * syncline_client_wait_for_first_sync:
 * @client: a started client
 * @stream: (nullable): a sync stream, or %NULL
 * @parameters: (nullable): its parameters
 * @priority: without a stream: the priority up to which rows are needed, or -1 for all
 * @timeout: how long to wait, in microseconds, or -1
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Waits until the server's rows were there once, whenever that was: what was ever synced is there at
 * once, also offline. Fails with %G_IO_ERROR_TIMED_OUT, or at once when it can't ever come: nobody is signed
 * in, or the client is not started.
 *
 * Returns: whether they are there
 *
 * Since: 0.1
 */
SYNCLINE_API gboolean syncline_client_wait_for_first_sync (SynclineClient *client,
                                                           const char *stream,
                                                           const char *parameters,
                                                           int priority,
                                                           gint64 timeout,
                                                           GCancellable *cancellable,
                                                           GError **error);

/**
 * SynclineClientProbeFunc:
 * @role: the config's word for the role: `upload`, `download` or `auth`
 * @plugin: the plugin that fills it
 * @message: (nullable): what it found out
 * @error: (nullable): why it can't be reached
 * @user_data: what was passed
 *
 * Receives what probing a server gave.
 *
 * Since: 0.1
 */
typedef void (*SynclineClientProbeFunc) (const char *role,
                                         const char *plugin,
                                         const char *message,
                                         const GError *error,
                                         gpointer user_data);

/**
 * syncline_client_probe:
 * @client: a client
 * @func: (scope call): called for each server
 * @user_data: passed to @func
 * @cancellable: (nullable): a cancellable
 *
 * Asks each server that the config names whether it is there.
 *
 * Returns: whether all that could be asked are
 *
 * Since: 0.1
 */
SYNCLINE_API gboolean syncline_client_probe (SynclineClient *client,
                                             SynclineClientProbeFunc func,
                                             gpointer user_data,
                                             GCancellable *cancellable);

/**
 * SynclineClientCheckFunc:
 * @role: the config's word for the role: `upload`, `download` or `auth`
 * @plugin: the plugin that fills it
 * @finding: what was found
 * @user_data: what was passed
 *
 * Receives what [method@Client.check] finds.
 *
 * Since: 0.1
 */
typedef void (*SynclineClientCheckFunc) (const char *role,
                                         const char *plugin,
                                         const SynclineFinding *finding,
                                         gpointer user_data);

/**
 * syncline_client_check:
 * @client: a client
 * @func: (scope call): called for each finding
 * @user_data: passed to @func
 * @cancellable: (nullable): a cancellable
 *
 * Looks, without changing anything, whether the servers that the config names are there and fit for this
 * client: whether they answer, how their clocks go, whether the session's token is taken, whether the server has
 * the tables and columns of the schema, what the sync rules give the user. Takes seconds.
 *
 * Returns: whether there is no fault
 *
 * Since: 0.1
 */
SYNCLINE_API gboolean syncline_client_check (SynclineClient *client,
                                             SynclineClientCheckFunc func,
                                             gpointer user_data,
                                             GCancellable *cancellable);

/**
 * syncline_client_describe_server:
 * @client: a client
 * @key: (nullable): a secret key to ask with, for servers that show their tables to nobody else; it is used for
 *   this call only
 * @func: (scope call): called for each column
 * @user_data: passed to @func
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Asks the server that changes are uploaded to for its tables: for tools that write or compare schema
 * files.
 *
 * Returns: %FALSE with %SYNCLINE_ERROR_NOT_SUPPORTED when the upload plugin can't tell, with
 *   %SYNCLINE_ERROR_UNAUTHORIZED when the server does not, with %SYNCLINE_ERROR_UNAVAILABLE when it can't be reached
 *
 * Since: 0.1
 */
SYNCLINE_API gboolean syncline_client_describe_server (SynclineClient *client,
                                                       const char *key,
                                                       SynclineServerColumnFunc func,
                                                       gpointer user_data,
                                                       GCancellable *cancellable,
                                                       GError **error);

/* --- For hosts with a loop of their own, and for those that must not wait --- */

/**
 * syncline_client_close_within:
 * @client: a client
 * @timeout: microseconds to wait at most
 * @error: return location for an error
 *
 * Like [method@Client.close], but does not wait longer than @timeout, whatever the plugins do. What is not
 * closed by then goes on closing on a thread of its own, which holds a reference to @client.
 *
 * Returns: whether it is closed; otherwise %G_IO_ERROR_TIMED_OUT
 *
 * Since: 0.1
 */
SYNCLINE_API gboolean syncline_client_close_within (SynclineClient *client,
                                                    gint64 timeout,
                                                    GError **error);

/**
 * syncline_client_get_fd:
 * @client: a client
 * @error: return location for an error
 *
 * For programs that run no GLib main loop: a file descriptor that becomes readable when there is something to
 * tell. From the first call on, signals and live queries wait for [method@Client.dispatch], and no main
 * context gets them any more. The `_async` functions still need one.
 *
 * Returns: a descriptor to poll for reading, which belongs to the client; -1 on failure
 *
 * Since: 0.1
 */
SYNCLINE_API int syncline_client_get_fd (SynclineClient *client, GError **error);

/**
 * syncline_client_dispatch:
 * @client: a client
 *
 * Emits the signals that are due, on the calling thread, and brings live queries up to date. Never blocks. Call
 * it when the descriptor of [method@Client.get_fd] is readable, always from the same thread.
 *
 * Since: 0.1
 */
SYNCLINE_API void syncline_client_dispatch (SynclineClient *client);

/**
 * syncline_client_open_async:
 * @client: a client
 * @cancellable: (nullable): a cancellable
 * @callback: (nullable): called when it is done, in the context that is the thread's default now
 * @user_data: passed to @callback
 *
 * Does what [method@Client.open] does without blocking.
 *
 * Since: 0.1
 */
SYNCLINE_API void syncline_client_open_async (SynclineClient *client,
                                              GCancellable *cancellable,
                                              GAsyncReadyCallback callback,
                                              gpointer user_data);

/**
 * syncline_client_open_finish:
 * @client: a client
 * @result: what the callback was passed
 * @error: return location for an error
 *
 * Returns: whether it worked
 *
 * Since: 0.1
 */
SYNCLINE_API gboolean syncline_client_open_finish (SynclineClient *client,
                                                   GAsyncResult *result,
                                                   GError **error);

/**
 * syncline_client_close_async:
 * @client: a client
 * @timeout: like in [method@Client.close_within]
 * @callback: (nullable): called when it is done, in the context that is the thread's default now
 * @user_data: passed to @callback
 *
 * Does what [method@Client.close_within] does without blocking.
 *
 * Since: 0.1
 */
SYNCLINE_API void syncline_client_close_async (SynclineClient *client,
                                               gint64 timeout,
                                               GAsyncReadyCallback callback,
                                               gpointer user_data);

/**
 * syncline_client_close_finish:
 * @client: a client
 * @result: what the callback was passed
 * @error: return location for an error
 *
 * Returns: whether it worked
 *
 * Since: 0.1
 */
SYNCLINE_API gboolean syncline_client_close_finish (SynclineClient *client,
                                                    GAsyncResult *result,
                                                    GError **error);

/**
 * syncline_client_execute_async:
 * @client: a client
 * @sql: like in [method@Client.execute]
 * @parameters: (nullable): like in [method@Client.execute]
 * @cancellable: (nullable): a cancellable
 * @callback: (nullable): called when it is done, in the context that is the thread's default now
 * @user_data: passed to @callback
 *
 * Does what [method@Client.execute] does without blocking.
 *
 * Since: 0.1
 */
SYNCLINE_API void syncline_client_execute_async (SynclineClient *client,
                                                 const char *sql,
                                                 GVariant *parameters,
                                                 GCancellable *cancellable,
                                                 GAsyncReadyCallback callback,
                                                 gpointer user_data);

/**
 * syncline_client_execute_finish:
 * @client: a client
 * @result: what the callback was passed
 * @error: return location for an error
 *
 * Returns: (transfer full): what the statement gave, or %NULL
 *
 * Since: 0.1
 */
SYNCLINE_API SynclineResult *
syncline_client_execute_finish (SynclineClient *client, GAsyncResult *result, GError **error);

/**
 * syncline_client_query_async:
 * @client: a client
 * @sql: like in [method@Client.query]
 * @parameters: (nullable): like in [method@Client.query]
 * @cancellable: (nullable): a cancellable
 * @callback: (nullable): called when it is done, in the context that is the thread's default now
 * @user_data: passed to @callback
 *
 * Does what [method@Client.query] does without blocking.
 *
 * Since: 0.1
 */
SYNCLINE_API void syncline_client_query_async (SynclineClient *client,
                                               const char *sql,
                                               GVariant *parameters,
                                               GCancellable *cancellable,
                                               GAsyncReadyCallback callback,
                                               gpointer user_data);

/**
 * syncline_client_query_finish:
 * @client: a client
 * @result: what the callback was passed
 * @error: return location for an error
 *
 * Returns: (transfer full): what the statement gave, or %NULL
 *
 * Since: 0.1
 */
SYNCLINE_API SynclineResult *
syncline_client_query_finish (SynclineClient *client, GAsyncResult *result, GError **error);

/**
 * syncline_client_sign_in_async:
 * @client: a client
 * @parameters: (nullable): like in [method@Client.sign_in]
 * @cancellable: (nullable): a cancellable
 * @callback: (nullable): called when it is done, in the context that is the thread's default now
 * @user_data: passed to @callback
 *
 * Does what [method@Client.sign_in] does without blocking.
 *
 * Since: 0.1
 */
SYNCLINE_API void syncline_client_sign_in_async (SynclineClient *client,
                                                 GVariant *parameters,
                                                 GCancellable *cancellable,
                                                 GAsyncReadyCallback callback,
                                                 gpointer user_data);

/**
 * syncline_client_sign_in_finish:
 * @client: a client
 * @result: what the callback was passed
 * @error: return location for an error
 *
 * Returns: whether it worked
 *
 * Since: 0.1
 */
SYNCLINE_API gboolean syncline_client_sign_in_finish (SynclineClient *client,
                                                      GAsyncResult *result,
                                                      GError **error);

/**
 * syncline_client_sign_out_async:
 * @client: a client
 * @everywhere: like in [method@Client.sign_out]
 * @cancellable: (nullable): a cancellable
 * @callback: (nullable): called when it is done, in the context that is the thread's default now
 * @user_data: passed to @callback
 *
 * Does what [method@Client.sign_out] does without blocking.
 *
 * Since: 0.1
 */
SYNCLINE_API void syncline_client_sign_out_async (SynclineClient *client,
                                                  gboolean everywhere,
                                                  GCancellable *cancellable,
                                                  GAsyncReadyCallback callback,
                                                  gpointer user_data);

/**
 * syncline_client_sign_out_finish:
 * @client: a client
 * @result: what the callback was passed
 * @error: return location for an error
 *
 * Returns: whether it worked
 *
 * Since: 0.1
 */
SYNCLINE_API gboolean syncline_client_sign_out_finish (SynclineClient *client,
                                                       GAsyncResult *result,
                                                       GError **error);

/**
 * syncline_client_clear_async:
 * @client: a client
 * @flags: like in [method@Client.clear]
 * @cancellable: (nullable): a cancellable
 * @callback: (nullable): called when it is done, in the context that is the thread's default now
 * @user_data: passed to @callback
 *
 * Does what [method@Client.clear] does without blocking.
 *
 * Since: 0.1
 */
SYNCLINE_API void syncline_client_clear_async (SynclineClient *client,
                                               SynclineClearFlags flags,
                                               GCancellable *cancellable,
                                               GAsyncReadyCallback callback,
                                               gpointer user_data);

/**
 * syncline_client_clear_finish:
 * @client: a client
 * @result: what the callback was passed
 * @error: return location for an error
 *
 * Returns: whether it worked
 *
 * Since: 0.1
 */
SYNCLINE_API gboolean syncline_client_clear_finish (SynclineClient *client,
                                                    GAsyncResult *result,
                                                    GError **error);

/**
 * syncline_client_wait_until_synced_async:
 * @client: a client
 * @timeout: like in [method@Client.wait_until_synced]
 * @cancellable: (nullable): a cancellable
 * @callback: (nullable): called when it is done, in the context that is the thread's default now
 * @user_data: passed to @callback
 *
 * Does what [method@Client.wait_until_synced] does without blocking.
 *
 * Since: 0.1
 */
SYNCLINE_API void syncline_client_wait_until_synced_async (SynclineClient *client,
                                                           gint64 timeout,
                                                           GCancellable *cancellable,
                                                           GAsyncReadyCallback callback,
                                                           gpointer user_data);

/**
 * syncline_client_wait_until_synced_finish:
 * @client: a client
 * @result: what the callback was passed
 * @error: return location for an error
 *
 * Returns: whether it worked
 *
 * Since: 0.1
 */
SYNCLINE_API gboolean syncline_client_wait_until_synced_finish (SynclineClient *client,
                                                                GAsyncResult *result,
                                                                GError **error);

/**
 * syncline_client_wait_for_first_sync_async:
 * @client: a client
 * @stream: (nullable): like in [method@Client.wait_for_first_sync]
 * @parameters: (nullable): like in [method@Client.wait_for_first_sync]
 * @priority: like in [method@Client.wait_for_first_sync]
 * @timeout: like in [method@Client.wait_for_first_sync]
 * @cancellable: (nullable): a cancellable
 * @callback: (nullable): called when it is done, in the context that is the thread's default now
 * @user_data: passed to @callback
 *
 * Does what [method@Client.wait_for_first_sync] does without blocking.
 *
 * Since: 0.1
 */
SYNCLINE_API void syncline_client_wait_for_first_sync_async (SynclineClient *client,
                                                             const char *stream,
                                                             const char *parameters,
                                                             int priority,
                                                             gint64 timeout,
                                                             GCancellable *cancellable,
                                                             GAsyncReadyCallback callback,
                                                             gpointer user_data);

/**
 * syncline_client_wait_for_first_sync_finish:
 * @client: a client
 * @result: what the callback was passed
 * @error: return location for an error
 *
 * Returns: whether it worked
 *
 * Since: 0.1
 */
SYNCLINE_API gboolean syncline_client_wait_for_first_sync_finish (SynclineClient *client,
                                                                  GAsyncResult *result,
                                                                  GError **error);

G_END_DECLS
