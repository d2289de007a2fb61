/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "store-private.h"

#include <string.h>

/* The short words of the suite: writing, reading, the queue. */

const char store_schema[] = "[table todos]\n"
                            "description = text\n"
                            "[table notes]\n"
                            "description = text\n"
                            "[options notes]\n"
                            "mode = local-only\n"
                            "[table events]\n"
                            "description = text\n"
                            "[options events]\n"
                            "mode = insert-only\n"
                            "[table tracked]\n"
                            "description = text\n"
                            "[options tracked]\n"
                            "track-previous = changed\n";

/* --- Stores ------------------------------------------------------------------------------------------ */

static Store *
store_new_on (const char *plugin_name, const StoreFixture *fixture, gpointer data)
{
  Store *store = g_new0 (Store, 1);
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) options = fixture->dup_options == NULL ? NULL : fixture->dup_options (data);

  store->plugin_name = plugin_name;
  store->fixture = fixture;
  store->data = data;
  store->instance = contract_instance_new (contract_find (plugin_name, SYNCLINE_PLUGIN_STORE),
                                           store_schema, (const char *const *) options);
  store->methods = store->instance->plugin->methods;
  store->self = store->instance->self;
  store->methods->open (store->self, NULL, &error);
  g_assert_no_error (error);
  return store;
}

Store *
store_new (const char *plugin_name, const StoreFixture *fixture)
{
  return store_new_on (plugin_name, fixture, fixture->set_up == NULL ? NULL : fixture->set_up ());
}

Store *
store_new_beside (Store *store)
{
  Store *other = store_new_on (store->plugin_name, store->fixture, store->data);

  other->data = NULL;
  return other;
}

void
store_free (Store *store)
{
  store->methods->close (store->self);
  contract_instance_free (store->instance);
  if (store->data != NULL && store->fixture->tear_down != NULL)
    store->fixture->tear_down (store->data);
  g_free (store);
}

void
store_reopen (Store *store)
{
  g_autoptr (GError) error = NULL;

  store->methods->close (store->self);
  store->methods->open (store->self, NULL, &error);
  g_assert_no_error (error);
}

/* --- Statements --------------------------------------------------------------------------------------- */

char *
store_dup_sql (const char *pattern, const char *table)
{
  GString *sql = g_string_new (pattern);

  g_string_replace (sql, "%s", table, 0);
  return g_string_free (sql, FALSE);
}

static gboolean
run (Store *store,
     gpointer transaction,
     const SynclineStatement *statement,
     SynclineRowFunc func,
     gpointer user_data,
     GCancellable *cancellable,
     GError **error)
{
  if (transaction != NULL)
    return store->methods->execute_in (store->self, transaction, statement, func, user_data, NULL,
                                       cancellable, error);
  return store->methods->execute (store->self, statement, func, user_data, NULL, cancellable,
                                  error);
}

gboolean
store_try_write (Store *store,
                 gpointer transaction,
                 StoreWriteKind kind,
                 const char *table,
                 const char *id,
                 const char *description,
                 GCancellable *cancellable,
                 GError **error)
{
  const StoreDialect *dialect = store->fixture->dialect;
  const char *patterns[] = { dialect->put, dialect->patch, dialect->remove };
  g_autofree char *sql = store_dup_sql (patterns[kind], table);
  g_autofree char *second = dialect->json
                                ? g_strdup_printf ("{\"description\":\"%s\"}", description)
                                : g_strdup (description);
  const SynclineValue values[] = {
    { .type = SYNCLINE_VALUE_TEXT, .length = -1, .text = id },
    { .type = SYNCLINE_VALUE_TEXT, .length = -1, .text = second },
  };
  const SynclineStatement statement = {
    .sql = sql,
    .n_values = kind == STORE_REMOVE ? 1 : 2,
    .values = values,
  };
  return run (store, transaction, &statement, NULL, NULL, cancellable, error);
}

static void
write_row (
    Store *store, StoreWriteKind kind, const char *table, const char *id, const char *description)
{
  g_autoptr (GError) error = NULL;

  store_try_write (store, NULL, kind, table, id, description, NULL, &error);
  g_assert_no_error (error);
}

void
store_put (Store *store, const char *table, const char *id, const char *description)
{
  write_row (store, STORE_PUT, table, id, description);
}

void
store_patch (Store *store, const char *table, const char *id, const char *description)
{
  write_row (store, STORE_PATCH, table, id, description);
}

void
store_remove (Store *store, const char *table, const char *id)
{
  write_row (store, STORE_REMOVE, table, id, NULL);
}

/* Appends "id=description " for each row; without an id column, the description alone. */
static gboolean
collect_row (guint n_columns,
             const char *const *names,
             const SynclineValue *values,
             gpointer user_data)
{
  GString *text = user_data;
  const SynclineValue *id = NULL, *description = NULL;

  if (values == NULL)
    return TRUE;
  for (guint i = 0; i < n_columns; i++)
    {
      if (g_str_equal (names[i], "id"))
        id = &values[i];
      if (g_str_equal (names[i], "description"))
        description = &values[i];
    }
  g_assert_nonnull (description);
  g_assert_nonnull (id);
  g_string_append_printf (text, "%s%.*s=%.*s", text->len > 0 ? " " : "",
                          id->length < 0 ? (int) strlen (id->text) : (int) id->length, id->text,
                          description->length < 0 ? (int) strlen (description->text)
                                                  : (int) description->length,
                          description->text);
  return TRUE;
}

static char *
read_rows (
    Store *store, gpointer transaction, const char *pattern, const char *table, const char *id)
{
  g_autofree char *sql = store_dup_sql (pattern, table);
  g_autoptr (GError) error = NULL;
  const SynclineValue value = { .type = SYNCLINE_VALUE_TEXT, .length = -1, .text = id };
  const SynclineStatement statement
      = { .sql = sql, .n_values = id == NULL ? 0 : 1, .values = &value, .read_only = TRUE };
  GString *text = g_string_new (NULL);

  run (store, transaction, &statement, collect_row, text, NULL, &error);
  g_assert_no_error (error);
  return g_string_free (text, FALSE);
}

char *
store_dup (Store *store, gpointer transaction, const char *table, const char *id)
{
  g_autofree char *row = read_rows (store, transaction, store->fixture->dialect->get, table, id);
  const char *equals = strchr (row, '=');

  return equals == NULL ? NULL : g_strdup (equals + 1);
}

char *
store_list (Store *store, const char *table)
{
  return read_rows (store, NULL, store->fixture->dialect->list, table, NULL);
}

/* --- The queue ---------------------------------------------------------------------------------------- */

GPtrArray *
store_peek (Store *store, guint max_changes, gsize max_bytes)
{
  g_autoptr (GError) error = NULL;
  GPtrArray *changes = NULL;

  store->methods->peek_changes (store->self, max_changes, max_bytes, &changes, NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (changes);
  return changes;
}

static void
resolve (Store *store, guint n, gboolean accept)
{
  g_autoptr (GPtrArray) changes = store_peek (store, G_MAXUINT, G_MAXSIZE);
  g_autoptr (GPtrArray) outcomes
      = g_ptr_array_new_with_free_func ((GDestroyNotify) syncline_outcome_unref);
  g_autoptr (GError) error = NULL;

  g_assert_cmpuint (changes->len, >=, n);
  g_ptr_array_set_size (changes, (int) n);
  for (guint i = 0; i < n; i++)
    g_ptr_array_add (outcomes, accept ? syncline_outcome_new_accepted ()
                                      : syncline_outcome_new_rejected (
                                          409, "23505", "duplicate key", "the details", "a hint"));
  store->methods->resolve_changes (store->self, changes, outcomes, NULL, &error);
  g_assert_no_error (error);
}

void
store_accept (Store *store, guint n)
{
  resolve (store, n, TRUE);
}

void
store_reject (Store *store)
{
  resolve (store, 1, FALSE);
}

static gboolean
describe_change (SynclineChange *change,
                 SynclineOutcome *outcome,
                 gint64 rejected_at,
                 gpointer user_data)
{
  GString *text = user_data;

  g_string_append_printf (text, "%s%s %s %s", text->len > 0 ? "; " : "",
                          syncline_change_op_to_string (syncline_change_get_op (change)),
                          syncline_change_get_table (change), syncline_change_get_row_id (change));
  return TRUE;
}

char *
store_describe (Store *store, gboolean rejected)
{
  g_autoptr (GError) error = NULL;
  GString *text = g_string_new (NULL);

  store->methods->list_changes (store->self, rejected, describe_change, text, NULL, &error);
  g_assert_no_error (error);
  return g_string_free (text, FALSE);
}

SynclineGate
store_gate (Store *store)
{
  g_autoptr (GError) error = NULL;
  SynclineGate gate = { 0 };

  store->methods->get_gate (store->self, &gate, &error);
  g_assert_no_error (error);
  return gate;
}

void
store_drain (Store *store, gint64 write_checkpoint)
{
  g_autoptr (GError) error = NULL;
  gboolean set = FALSE;

  store_accept (store, (guint) store_gate (store).n_queued);
  store->methods->set_write_checkpoint (store->self, write_checkpoint, store_gate (store).sequence,
                                        &set, &error);
  g_assert_no_error (error);
  g_assert_true (set);
}

/* --- Downloads ----------------------------------------------------------------------------------------- */

/* An operation with the texts that it borrows. */
typedef struct
{
  SynclineOp op;
  char *type;
  char *id;
  char *subkey;
  char *data;
} ParsedOp;

static void
parsed_op_free (gpointer data)
{
  ParsedOp *parsed = data;

  g_free (parsed->type);
  g_free (parsed->id);
  g_free (parsed->subkey);
  g_free (parsed->data);
  g_free (parsed);
}

static SynclineSlice
slice_of (const char *text)
{
  return (SynclineSlice){ text, text == NULL ? 0 : strlen (text) };
}

/* The part of *text up to @separator, which *text moves behind; NULL without a separator. */
static char *
cut (char **text, char separator)
{
  char *found = strchr (*text, separator);

  if (found == NULL)
    return NULL;
  char *part = g_strndup (*text, (gsize) (found - *text));
  memmove (*text, found + 1, strlen (found));
  return part;
}

static void
parse_row (ParsedOp *parsed, const char *word)
{
  g_autofree char *text = g_strdup (word);
  char *rest = text;
  g_autofree char *row = cut (&rest, ':');
  g_autofree char *value = strchr (row, '=') == NULL ? NULL : g_strdup (strchr (row, '=') + 1);

  parsed->op.op_id = g_ascii_strtoll (rest, NULL, 10);
  if (value != NULL)
    *strchr (row, '=') = '\0';
  char *name = row;
  parsed->type = cut (&name, '.');
  if (parsed->type == NULL)
    parsed->type = g_strdup ("todos");
  parsed->id = cut (&name, '/');
  if (parsed->id == NULL)
    parsed->id = g_strdup (name);
  else
    parsed->subkey = g_strdup (name);
  if (value != NULL)
    parsed->data = g_strdup_printf ("{\"id\":\"%s\",\"description\":\"%s\"}", parsed->id, value);
}

static ParsedOp *
parse_op (const char *word)
{
  ParsedOp *parsed = g_new0 (ParsedOp, 1);

  switch (word[0])
    {
    case '+':
      parsed->op.type = SYNCLINE_OP_PUT;
      parse_row (parsed, word + 1);
      break;
    case '-':
      parsed->op.type = SYNCLINE_OP_REMOVE;
      parse_row (parsed, word + 1);
      break;
    case '>':
      parsed->op.type = SYNCLINE_OP_MOVE;
      parsed->op.op_id = g_ascii_strtoll (word + 1, NULL, 10);
      break;
    case '?': /* a row without type and id */
      parsed->op.type = SYNCLINE_OP_PUT;
      parsed->op.op_id = g_ascii_strtoll (word + 1, NULL, 10);
      parsed->data = g_strdup ("{}");
      break;
    case '!':
      parsed->op.type = SYNCLINE_OP_CLEAR;
      parsed->op.op_id = g_ascii_strtoll (word + 1, NULL, 10);
      break;
    default:
      g_error ("no operation: %s", word);
    }
  parsed->op.checksum = parsed->op.type == SYNCLINE_OP_CLEAR
                            ? (guint32) parsed->op.op_id
                            : (guint32) parsed->op.op_id * 1000003u;
  parsed->op.object_type = slice_of (parsed->type);
  parsed->op.object_id = slice_of (parsed->id);
  parsed->op.subkey = slice_of (parsed->subkey);
  parsed->op.data = slice_of (parsed->data);
  return parsed;
}

static GPtrArray *
parse_ops (const char *ops)
{
  g_auto (GStrv) words = g_strsplit (ops, " ", -1);
  GPtrArray *parsed = g_ptr_array_new_with_free_func (parsed_op_free);

  for (guint i = 0; words[i] != NULL; i++)
    if (words[i][0] != '\0')
      g_ptr_array_add (parsed, parse_op (words[i]));
  return parsed;
}

guint32
store_sum_of (const char *ops)
{
  g_autoptr (GPtrArray) parsed = parse_ops (ops);
  guint32 sum = 0;

  for (guint i = 0; i < parsed->len; i++)
    {
      const SynclineOp *op = &((const ParsedOp *) parsed->pdata[i])->op;

      sum = op->type == SYNCLINE_OP_CLEAR ? op->checksum : sum + op->checksum;
    }
  return sum;
}

void
store_stage (Store *store, const char *bucket, const char *ops)
{
  g_autoptr (GPtrArray) parsed = parse_ops (ops);
  g_autofree SynclineOp *array = g_new0 (SynclineOp, parsed->len + 1);
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < parsed->len; i++)
    array[i] = ((const ParsedOp *) parsed->pdata[i])->op;
  store->methods->stage_ops (store->self, bucket, array, parsed->len, NULL, &error);
  g_assert_no_error (error);
}

SynclineApplyResult
store_apply (Store *store,
             const StoreTarget *targets,
             guint n_targets,
             gint64 last_op,
             gint64 write_checkpoint,
             int priority,
             char **out_mismatch)
{
  g_autofree SynclineBucketTarget *buckets = g_new0 (SynclineBucketTarget, n_targets + 1);
  g_autoptr (GError) error = NULL;
  g_autofree char *mismatch = NULL;
  SynclineApplyResult result = SYNCLINE_APPLY_MISMATCH;

  for (guint i = 0; i < n_targets; i++)
    {
      g_autoptr (GPtrArray) parsed = parse_ops (targets[i].ops);

      buckets[i].name = targets[i].name;
      buckets[i].priority = targets[i].priority;
      buckets[i].checksum = store_sum_of (targets[i].ops);
      buckets[i].has_count = TRUE;
      buckets[i].count = parsed->len;
    }
  const SynclineCheckpoint checkpoint = { last_op, write_checkpoint, n_targets, buckets };
  store->methods->apply_checkpoint (store->self, &checkpoint, priority, &result, &mismatch, NULL,
                                    &error);
  g_assert_no_error (error);
  g_assert_true ((mismatch != NULL) == (result == SYNCLINE_APPLY_MISMATCH));
  if (out_mismatch != NULL)
    *out_mismatch = g_steal_pointer (&mismatch);
  return result;
}

SynclineApplyResult
store_apply_one (Store *store, const char *ops, gint64 last_op, gint64 write_checkpoint)
{
  const StoreTarget target = { "b", SYNCLINE_PRIORITY_DEFAULT, ops };

  return store_apply (store, &target, 1, last_op, write_checkpoint, SYNCLINE_PRIORITY_ALL, NULL);
}

static void
describe_bucket (const SynclineBucketState *bucket, gpointer user_data)
{
  g_ptr_array_add (user_data,
                   g_strdup_printf ("%s %" G_GINT64_FORMAT "/%" G_GINT64_FORMAT " %" G_GINT64_FORMAT
                                    "+%" G_GINT64_FORMAT,
                                    bucket->name, bucket->last_op, bucket->last_applied_op,
                                    bucket->count_at_last, bucket->count_since_last));
}

static int
compare_texts (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

char *
store_describe_buckets (Store *store)
{
  g_autoptr (GPtrArray) texts = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) error = NULL;

  store->methods->list_buckets (store->self, describe_bucket, texts, NULL, &error);
  g_assert_no_error (error);
  g_ptr_array_sort (texts, compare_texts);
  g_ptr_array_add (texts, NULL);
  return g_strjoinv ("; ", (char **) texts->pdata);
}

/* --- Registration --------------------------------------------------------------------------------------- */

typedef struct
{
  const char *plugin_name;
  const StoreFixture *fixture;
  const StoreTest *test;
} Case;

static void
run_case (gconstpointer data)
{
  const Case *test = data;
  g_autoptr (Store) store = store_new (test->plugin_name, test->fixture);

  test->test->run (store);
}

void
store_add_tests (const char *plugin_name,
                 const StoreFixture *fixture,
                 const StoreTest *tests,
                 guint n_tests)
{
  for (guint i = 0; i < n_tests; i++)
    {
      g_autofree char *path = g_strdup_printf ("/%s%s", plugin_name, tests[i].path);
      const Case test = { plugin_name, fixture, &tests[i] };

      if (!tests[i].persistent_only || fixture->persistent)
        g_test_add_data_func_full (path, g_memdup2 (&test, sizeof test), run_case, g_free);
    }
}

void
syncline_store_contract_add (const char *plugin_name, const StoreFixture *fixture)
{
  store_add_queue_tests (plugin_name, fixture);
  store_add_gate_tests (plugin_name, fixture);
  store_add_bucket_tests (plugin_name, fixture);
  store_add_life_tests (plugin_name, fixture);
  store_add_thread_tests (plugin_name, fixture);
}
