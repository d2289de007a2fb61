/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "mock-transport.h"

/* What a test, or its config, has the server do. */

/* --- Rules ----------------------------------------------------------------------------------------- */

void
mock_server_set_owner_column (MockServer *server, const char *column)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&server->lock);

  g_free (server->owner_column);
  server->owner_column = g_strdup (column == NULL ? "" : column);
}

void
mock_server_set_priority (MockServer *server, const char *table, int priority)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&server->lock);

  g_hash_table_replace (server->priorities, g_strdup (table), GINT_TO_POINTER (priority));
}

void
mock_server_set_stream (MockServer *server, const char *table, const char *stream)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&server->lock);

  g_hash_table_replace (server->table_streams, g_strdup (table), g_strdup (stream));
}

void
mock_server_refuse (MockServer *server,
                    const char *table,
                    const char *row_id,
                    guint status,
                    const char *code,
                    const char *message)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&server->lock);
  MockRule *rule = g_new0 (MockRule, 1);

  rule->table = g_strdup (table);
  rule->row_id = g_strdup (row_id);
  rule->status = status;
  rule->code = g_strdup (code);
  rule->message = g_strdup (message);
  g_ptr_array_add (server->rules, rule);
}

void
mock_server_admit (MockServer *server, const char *table)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&server->lock);

  for (guint i = server->rules->len; i > 0; i--)
    if (g_str_equal (((MockRule *) server->rules->pdata[i - 1])->table, table))
      g_ptr_array_remove_index (server->rules, i - 1);
}

/* --- Operation -------------------------------------------------------------------------------------- */

static void
cut_streams (MockServer *server)
{
  for (guint i = 0; i < server->streams->len; i++)
    mock_stream_cut (server->streams->pdata[i]);
  mock_server_wake (server);
}

void
mock_server_cut_streams (MockServer *server)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&server->lock);

  cut_streams (server);
}

void
mock_server_set_online (MockServer *server, gboolean online)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&server->lock);

  server->online = online;
  if (!online)
    cut_streams (server);
}

void
mock_server_pause_replication (MockServer *server, gboolean paused)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&server->lock);

  server->paused = paused;
  mock_server_wake (server);
}

void
mock_server_forget_write_checkpoints (MockServer *server)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&server->lock);

  g_hash_table_remove_all (server->write_checkpoints);
  mock_server_wake (server);
}

void
mock_server_revoke (MockServer *server, const char *token)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&server->lock);

  g_hash_table_add (server->revoked, g_strdup (token));
}

static char *
client_key (const char *user_id, const char *client_id)
{
  return g_strdup_printf ("%s\n%s", user_id == NULL ? "" : user_id, client_id);
}

gint64
mock_server_get_write_checkpoint (MockServer *server, const char *user_id, const char *client_id)
{
  g_autofree char *key = client_key (user_id, client_id);
  const gint64 *number = g_hash_table_lookup (server->write_checkpoints, key);

  return number == NULL ? 0 : *number;
}

gint64
mock_server_raise_write_checkpoint (MockServer *server, const char *user_id, const char *client_id)
{
  const gint64 next = mock_server_get_write_checkpoint (server, user_id, client_id) + 1;

  g_hash_table_replace (server->write_checkpoints, client_key (user_id, client_id),
                        g_memdup2 (&next, sizeof next));
  mock_server_wake (server);
  return next;
}

/* --- Scripts and counters ---------------------------------------------------------------------------- */

void
mock_server_script (MockServer *server, MockRequest request, MockAnswer answer)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&server->lock);

  g_queue_push_tail (&server->script[request], GINT_TO_POINTER (answer));
  g_cond_broadcast (&server->changed);
}

guint
mock_server_get_count (MockServer *server, MockRequest request)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&server->lock);

  return server->counts[request];
}

guint
mock_server_get_n_streams (MockServer *server)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&server->lock);

  return server->streams->len;
}

GPtrArray *
mock_server_dup_uploads (MockServer *server)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&server->lock);
  GPtrArray *uploads = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < server->uploads->len; i++)
    g_ptr_array_add (uploads, g_strdup (server->uploads->pdata[i]));
  return uploads;
}
