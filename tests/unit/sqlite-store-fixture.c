/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "sqlite-store-fixture.h"

#include <glib/gstdio.h>
#include <string.h>
#include <syncline/registry.h>

/* --- Life ---------------------------------------------------------------------------------------------- */

static void
take_notice (SynclineChangeOrigin origin,
             guint n_tables,
             const SynclineTableChange *tables,
             gpointer user_data)
{
  static const char *const origins[] = { "local", "downloaded", "external" };
  Fixture *fixture = user_data;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&fixture->lock);

  g_string_append (fixture->notices, origins[origin]);
  for (guint i = 0; i < n_tables; i++)
    {
      g_string_append_printf (fixture->notices, " %s", tables[i].table);
      for (guint j = 0; j < tables[i].n_row_ids; j++)
        g_string_append_printf (fixture->notices, "%c%s", j == 0 ? ':' : ',', tables[i].row_ids[j]);
    }
  g_string_append_c (fixture->notices, '\n');
}

static int bulk_threshold = -1;

void
fixture_set_bulk_threshold (int n_ops)
{
  bulk_threshold = n_ops;
}

static void
make_plugin (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SynclineConfig) config = syncline_config_new ();
  const SynclinePlugin *plugin = syncline_registry_find ("sqlite-store", &error);

  g_assert_no_error (error);
  syncline_config_set (config, "sqlite-store", "path", fixture->path);
  syncline_config_set (config, "sqlite-store", "busy-timeout", "2s");
  if (bulk_threshold >= 0)
    {
      g_autofree char *text = g_strdup_printf ("%d", bulk_threshold);
      syncline_config_set (config, "sqlite-store", "bulk-threshold", text);
    }
  fixture->host = syncline_test_host_new ("sqlite-store", fixture->schema, fixture->roles);
  syncline_test_host_set_changes_func (fixture->host, take_notice, fixture);
  fixture->plugin = syncline_test_plugin_new (plugin, config, fixture->host, &error);
  g_assert_no_error (error);
  fixture->store = plugin->methods;
  fixture->self = syncline_test_plugin_get_self (fixture->plugin);
}

static void
set_schema (Fixture *fixture, const char *schema)
{
  g_autoptr (GError) error = NULL;

  g_clear_pointer (&fixture->schema, syncline_schema_unref);
  fixture->schema = syncline_schema_new_from_data (schema, -1, "test", &error);
  g_assert_no_error (error);
}

Fixture *
fixture_new_closed (const char *schema, guint roles)
{
  g_autoptr (GError) error = NULL;
  Fixture *fixture = g_new0 (Fixture, 1);

  g_mutex_init (&fixture->lock);
  fixture->notices = g_string_new (NULL);
  fixture->sums = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  fixture->folder = g_dir_make_tmp ("syncline-store-XXXXXX", &error);
  g_assert_no_error (error);
  fixture->path = g_build_filename (fixture->folder, "app.db", NULL);
  fixture->roles = roles;
  set_schema (fixture, schema);
  return fixture;
}

Fixture *
fixture_new (const char *schema, guint roles)
{
  Fixture *fixture = fixture_new_closed (schema, roles);

  fixture_reopen (fixture, NULL);
  return fixture;
}

void
fixture_close (Fixture *fixture)
{
  if (fixture->plugin == NULL)
    return;
  fixture->store->close (fixture->self);
  g_clear_pointer (&fixture->plugin, syncline_test_plugin_free);
  g_clear_pointer (&fixture->host, syncline_test_host_free);
}

void
fixture_reopen (Fixture *fixture, const char *schema)
{
  g_autoptr (GError) error = NULL;

  fixture_close (fixture);
  if (schema != NULL)
    set_schema (fixture, schema);
  make_plugin (fixture);
  fixture->store->open (fixture->self, NULL, &error);
  g_assert_no_error (error);
}

void
fixture_reopen_failing (Fixture *fixture, const char *schema, int code, const char *message)
{
  g_autoptr (GError) error = NULL;

  fixture_close (fixture);
  if (schema != NULL)
    set_schema (fixture, schema);
  make_plugin (fixture);
  g_assert_false (fixture->store->open (fixture->self, NULL, &error));
  g_assert_error (error, SYNCLINE_ERROR, code);
  if (strstr (error->message, message) == NULL)
    g_assert_cmpstr (error->message, ==, message);
}

static void
remove_folder (const char *path)
{
  GDir *folder = g_dir_open (path, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (folder)) != NULL)
    {
      g_autofree char *file = g_build_filename (path, name, NULL);
      g_assert_cmpint (g_unlink (file), ==, 0);
    }
  g_dir_close (folder);
  g_assert_cmpint (g_rmdir (path), ==, 0);
}

void
fixture_free (Fixture *fixture)
{
  fixture_close (fixture);
  remove_folder (fixture->folder);
  syncline_schema_unref (fixture->schema);
  g_string_free (fixture->notices, TRUE);
  g_hash_table_unref (fixture->sums);
  g_free (fixture->mismatch);
  g_mutex_clear (&fixture->lock);
  g_free (fixture->folder);
  g_free (fixture->path);
  g_free (fixture);
}

/* --- SQL ----------------------------------------------------------------------------------------------- */

gint64
fixture_run (Fixture *fixture, const char *sql)
{
  g_autoptr (GError) error = NULL;
  SynclineStatement statement = { .sql = sql };
  gint64 changed = -1;

  fixture->store->execute (fixture->self, &statement, NULL, NULL, &changed, NULL, &error);
  g_assert_no_error (error);
  return changed;
}

void
fixture_run_failing (Fixture *fixture, const char *sql, int code, const char *message)
{
  g_autoptr (GError) error = NULL;
  SynclineStatement statement = { .sql = sql };

  g_assert_false (
      fixture->store->execute (fixture->self, &statement, NULL, NULL, NULL, NULL, &error));
  g_assert_error (error, SYNCLINE_ERROR, code);
  if (strstr (error->message, message) == NULL)
    g_assert_cmpstr (error->message, ==, message);
}

typedef struct
{
  Fixture *fixture;
  const char *const *statements;
} Together;

static gboolean
run_together (gpointer transaction, gpointer user_data, GError **error)
{
  Together *together = user_data;

  for (guint i = 0; together->statements[i] != NULL; i++)
    {
      SynclineStatement statement = { .sql = together->statements[i] };
      if (!together->fixture->store->execute_in (together->fixture->self, transaction, &statement,
                                                 NULL, NULL, NULL, NULL, error))
        return FALSE;
    }
  return TRUE;
}

void
fixture_run_together (Fixture *fixture, const char *const *statements)
{
  g_autoptr (GError) error = NULL;
  Together together = { fixture, statements };

  fixture->store->transaction (fixture->self, run_together, &together, NULL, &error);
  g_assert_no_error (error);
}

static void
append_value (GString *text, const SynclineValue *value)
{
  switch (value->type)
    {
    case SYNCLINE_VALUE_NULL:
      g_string_append (text, "NULL");
      break;
    case SYNCLINE_VALUE_INTEGER:
      g_string_append_printf (text, "%" G_GINT64_FORMAT, value->integer);
      break;
    case SYNCLINE_VALUE_REAL:
      g_string_append_printf (text, "%.17g", value->real);
      break;
    case SYNCLINE_VALUE_TEXT:
    case SYNCLINE_VALUE_BLOB:
      g_string_append_len (text, value->text, value->length);
      break;
    }
}

static gboolean
append_row (guint n_columns,
            const char *const *names,
            const SynclineValue *values,
            gpointer user_data)
{
  GString *text = user_data;

  if (values == NULL)
    return TRUE;
  if (text->len > 0)
    g_string_append_c (text, '\n');
  for (guint i = 0; i < n_columns; i++)
    {
      if (i > 0)
        g_string_append_c (text, '|');
      append_value (text, &values[i]);
    }
  return TRUE;
}

char *
fixture_query (Fixture *fixture, const char *sql)
{
  g_autoptr (GError) error = NULL;
  SynclineStatement statement = { .sql = sql, .read_only = TRUE };
  GString *text = g_string_new (NULL);

  fixture->store->execute (fixture->self, &statement, append_row, text, NULL, NULL, &error);
  g_assert_no_error (error);
  return g_string_free (text, FALSE);
}

sqlite3 *
fixture_open_foreign (Fixture *fixture, gboolean recursive_triggers)
{
  sqlite3 *foreign;

  g_assert_cmpint (sqlite3_open (fixture->path, &foreign), ==, SQLITE_OK);
  sqlite3_busy_timeout (foreign, 5000);
  fixture_run_foreign (foreign, recursive_triggers ? "PRAGMA recursive_triggers = ON"
                                                   : "PRAGMA recursive_triggers = OFF");
  return foreign;
}

void
fixture_run_foreign (sqlite3 *foreign, const char *sql)
{
  char *message = NULL;

  sqlite3_exec (foreign, sql, NULL, NULL, &message);
  g_assert_cmpstr (message, ==, NULL);
}

/* --- The queue ----------------------------------------------------------------------------------------- */

GPtrArray *
fixture_peek (Fixture *fixture, guint max_changes)
{
  g_autoptr (GError) error = NULL;
  GPtrArray *changes = NULL;

  fixture->store->peek_changes (fixture->self, max_changes, G_MAXSIZE, &changes, NULL, &error);
  g_assert_no_error (error);
  return changes;
}

static sqlite3 *intruder;
static const char *intrusion;

static int
on_open (sqlite3 *handle, char **out_error, const struct sqlite3_api_routines *api)
{
  sqlite3 *foreign = g_steal_pointer (&intruder);

  if (foreign != NULL)
    {
      fixture_run_foreign (foreign, intrusion);
      sqlite3_close (foreign);
    }
  return SQLITE_OK;
}

void
fixture_intrude (Fixture *fixture, const char *sql)
{
  /* The connection that looks at the gate is there already then. */
  fixture_get_gate (fixture);
  sqlite3_auto_extension ((void (*) (void)) on_open);
  intrusion = sql;
  intruder = fixture_open_foreign (fixture, FALSE);
}

char *
fixture_get_queue (Fixture *fixture)
{
  g_autoptr (GPtrArray) changes = fixture_peek (fixture, G_MAXUINT);
  GString *text = g_string_new (NULL);
  gint64 transaction = 0;

  for (guint i = 0; i < changes->len; i++)
    {
      SynclineChange *change = g_ptr_array_index (changes, i);
      const char *previous = syncline_change_get_previous (change);
      const char *metadata = syncline_change_get_metadata (change);

      if (i > 0 && syncline_change_get_transaction (change) != transaction)
        g_string_append_c (text, '\n');
      transaction = syncline_change_get_transaction (change);
      g_string_append_printf (
          text, "%s %s/%s", syncline_change_op_to_string (syncline_change_get_op (change)),
          syncline_change_get_table (change), syncline_change_get_row_id (change));
      if (syncline_change_get_data (change) != NULL)
        g_string_append_printf (text, " %s", syncline_change_get_data (change));
      if (previous != NULL)
        g_string_append_printf (text, " previous %s", previous);
      if (metadata != NULL)
        g_string_append_printf (text, " metadata %s", metadata);
      g_string_append_c (text, '\n');
    }
  return g_string_free (text, FALSE);
}

static void
outcome_unref (gpointer outcome)
{
  syncline_outcome_unref (outcome);
}

void
fixture_resolve (Fixture *fixture, const char *answers)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) changes = fixture_peek (fixture, G_MAXUINT);
  g_autoptr (GPtrArray) outcomes = g_ptr_array_new_with_free_func (outcome_unref);
  guint n = answers != NULL ? (guint) strlen (answers) : changes->len;

  g_assert_cmpuint (n, <=, changes->len);
  g_ptr_array_set_size (changes, (int) n);
  for (guint i = 0; i < n; i++)
    g_ptr_array_add (outcomes, answers != NULL && answers[i] == 'r'
                                   ? syncline_outcome_new_rejected (403, "42501", "not allowed",
                                                                    "some details", "a hint")
                                   : syncline_outcome_new_accepted ());
  fixture->store->resolve_changes (fixture->self, changes, outcomes, NULL, &error);
  g_assert_no_error (error);
}

SynclineGate
fixture_get_gate (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;
  SynclineGate gate = { 0 };

  fixture->store->get_gate (fixture->self, &gate, &error);
  g_assert_no_error (error);
  return gate;
}

void
fixture_cover (Fixture *fixture, gint64 write_checkpoint)
{
  g_autoptr (GError) error = NULL;
  SynclineGate gate = fixture_get_gate (fixture);
  gboolean set = FALSE;

  g_assert_cmpint (gate.target, ==, SYNCLINE_WRITE_CHECKPOINT_UNKNOWN);
  fixture->store->set_write_checkpoint (fixture->self, write_checkpoint, gate.sequence, &set,
                                        &error);
  g_assert_no_error (error);
  g_assert_true (set);
}

char *
fixture_take_notices (Fixture *fixture)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&fixture->lock);
  char *notices = g_strdup (fixture->notices->str);

  g_string_truncate (fixture->notices, 0);
  return notices;
}

/* --- The server's side ----------------------------------------------------------------------------------- */

typedef struct
{
  guint32 checksum;
  gint64 count;
} ServerBucket;

static ServerBucket *
get_server_bucket (Fixture *fixture, const char *name)
{
  ServerBucket *bucket = g_hash_table_lookup (fixture->sums, name);

  if (bucket == NULL)
    {
      bucket = g_new0 (ServerBucket, 1);
      g_hash_table_insert (fixture->sums, g_strdup (name), bucket);
    }
  return bucket;
}

static SynclineSlice
get_slice (const char *text)
{
  return text != NULL ? (SynclineSlice){ text, strlen (text) } : (SynclineSlice){ NULL, 0 };
}

/* The parts of words live as long as they do. */
static SynclineOp
parse_op (char **words)
{
  SynclineOp op = { .op_id = g_ascii_strtoll (words[1], NULL, 10) };
  char **names = words[2] != NULL ? g_strsplit (words[2], "/", 3) : NULL;

  op.checksum = (guint32) op.op_id * 2654435761u;
  if (strcmp (words[0], "PUT") == 0)
    op.type = SYNCLINE_OP_PUT;
  else if (strcmp (words[0], "REMOVE") == 0)
    op.type = SYNCLINE_OP_REMOVE;
  else if (strcmp (words[0], "MOVE") == 0)
    op.type = SYNCLINE_OP_MOVE;
  else
    op.type = SYNCLINE_OP_CLEAR;
  if (names != NULL)
    {
      g_assert_nonnull (names[1]);
      op.object_type = get_slice (names[0]);
      op.object_id = get_slice (names[1]);
      op.subkey = get_slice (names[2]);
      op.data = get_slice (words[3]);
      g_free (names);
    }
  return op;
}

static void
op_clear (gpointer data)
{
  SynclineOp *op = data;

  g_free ((char *) op->object_type.data);
  g_free ((char *) op->object_id.data);
  g_free ((char *) op->subkey.data);
  g_free ((char *) op->data.data);
}

void
fixture_stage (Fixture *fixture, const char *bucket, const char *operation, ...)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) ops = g_array_new (FALSE, TRUE, sizeof (SynclineOp));
  ServerBucket *server = get_server_bucket (fixture, bucket);
  va_list operations;

  g_array_set_clear_func (ops, op_clear);
  va_start (operations, operation);
  for (; operation != NULL; operation = va_arg (operations, const char *))
    {
      g_auto (GStrv) words = g_strsplit (operation, " ", 4);
      SynclineOp op = parse_op (words);
      op.data = get_slice (g_strdup (op.data.data));
      g_array_append_val (ops, op);
      server->checksum = (op.type == SYNCLINE_OP_CLEAR ? 0 : server->checksum) + op.checksum;
      server->count++;
      fixture->last_op = MAX (fixture->last_op, op.op_id);
    }
  va_end (operations);
  fixture->store->stage_ops (fixture->self, bucket, (SynclineOp *) ops->data, ops->len, NULL,
                             &error);
  g_assert_no_error (error);
}

void
fixture_flush (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;

  fixture->store->flush (fixture->self, NULL, &error);
  g_assert_no_error (error);
}

void
fixture_reset_bucket (Fixture *fixture, const char *bucket)
{
  g_hash_table_remove (fixture->sums, bucket);
}

void
fixture_remove_bucket (Fixture *fixture, const char *bucket)
{
  g_autoptr (GError) error = NULL;

  fixture->store->remove_buckets (fixture->self, &bucket, 1, NULL, &error);
  g_assert_no_error (error);
  fixture_reset_bucket (fixture, bucket);
}

void
fixture_break_checksum (Fixture *fixture, const char *bucket)
{
  get_server_bucket (fixture, bucket)->checksum++;
}

static SynclineApplyResult
apply_checkpoint (
    Fixture *fixture, int priority, gint64 write_checkpoint, const char *buckets, GError **error)
{
  g_auto (GStrv) names = g_strsplit (buckets, " ", -1);
  g_autoptr (GArray) targets = g_array_new (FALSE, TRUE, sizeof (SynclineBucketTarget));
  SynclineApplyResult result = -1;

  for (guint i = 0; names[i] != NULL && names[i][0] != '\0'; i++)
    {
      SynclineBucketTarget target = { .name = names[i], .priority = 3, .has_count = TRUE };
      char *colon = strchr (names[i], ':');
      if (colon != NULL)
        {
          target.priority = (int) g_ascii_strtoll (colon + 1, NULL, 10);
          *colon = '\0';
        }
      target.checksum = get_server_bucket (fixture, names[i])->checksum;
      target.count = get_server_bucket (fixture, names[i])->count;
      g_array_append_val (targets, target);
    }
  SynclineCheckpoint checkpoint = {
    .last_op_id = fixture->last_op,
    .write_checkpoint = write_checkpoint,
    .n_buckets = targets->len,
    .buckets = (SynclineBucketTarget *) targets->data,
  };
  g_clear_pointer (&fixture->mismatch, g_free);
  fixture->store->apply_checkpoint (fixture->self, &checkpoint, priority, &result,
                                    &fixture->mismatch, NULL, error);
  return result;
}

SynclineApplyResult
fixture_apply_up_to (Fixture *fixture, int priority, gint64 write_checkpoint, const char *buckets)
{
  g_autoptr (GError) error = NULL;
  SynclineApplyResult result
      = apply_checkpoint (fixture, priority, write_checkpoint, buckets, &error);

  g_assert_no_error (error);
  return result;
}

void
fixture_apply_failing (Fixture *fixture, const char *buckets, int code)
{
  g_autoptr (GError) error = NULL;

  apply_checkpoint (fixture, SYNCLINE_PRIORITY_ALL, 0, buckets, &error);
  g_assert_error (error, SYNCLINE_ERROR, code);
}

void
fixture_apply (Fixture *fixture, const char *buckets)
{
  g_assert_cmpint (fixture_apply_up_to (fixture, SYNCLINE_PRIORITY_ALL, 0, buckets), ==,
                   SYNCLINE_APPLY_DONE);
}

static void
append_bucket (const SynclineBucketState *bucket, gpointer user_data)
{
  g_string_append_printf (user_data,
                          "%s %" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %" G_GINT64_FORMAT
                          " %" G_GINT64_FORMAT "\n",
                          bucket->name, bucket->last_op, bucket->last_applied_op,
                          bucket->count_at_last, bucket->count_since_last);
}

char *
fixture_get_buckets (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;
  GString *text = g_string_new (NULL);

  fixture->store->list_buckets (fixture->self, append_bucket, text, NULL, &error);
  g_assert_no_error (error);
  return g_string_free (text, FALSE);
}
