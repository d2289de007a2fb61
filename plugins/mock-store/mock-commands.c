/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "mock-store.h"

#include <string.h>

/*
 * What stands in for SQL:
 *
 *   PUT table id {json}      inserts or replaces a row
 *   PATCH table id {json}    changes columns of a row that exists
 *   DELETE table id
 *   GET table [id]           rows, by id
 *
 * An id or a JSON text can be a parameter: ?1, or a name that was bound.
 */

typedef enum
{
  VERB_PUT,
  VERB_PATCH,
  VERB_DELETE,
  VERB_GET,
} Verb;

typedef struct
{
  Verb verb;
  char *table;
  char *id;
  char *json;
} Command;

static void
command_clear (Command *command)
{
  g_free (command->table);
  g_free (command->id);
  g_free (command->json);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Command, command_clear)

/* --- Reading a command --------------------------------------------------------------------------- */

static char *
dup_value (const SynclineValue *value)
{
  switch (value->type)
    {
    case SYNCLINE_VALUE_INTEGER:
      return g_strdup_printf ("%" G_GINT64_FORMAT, value->integer);
    case SYNCLINE_VALUE_TEXT:
      return value->length < 0 ? g_strdup (value->text)
                               : g_strndup (value->text, (gsize) value->length);
    default:
      return NULL;
    }
}

static gboolean
find_parameter (const SynclineStatement *statement, const char *token, guint *out_index)
{
  char *end = NULL;

  if (token[0] == '?')
    {
      const guint64 number = g_ascii_strtoull (token + 1, &end, 10);

      *out_index = (guint) number - 1;
      return number >= 1 && number <= statement->n_values && *end == '\0';
    }
  for (guint i = 0; statement->names != NULL && i < statement->n_values; i++)
    if (g_strcmp0 (statement->names[i], token) == 0)
      {
        *out_index = i;
        return TRUE;
      }
  return FALSE;
}

/* A word as it stands, or the parameter it names. */
static char *
resolve (const SynclineStatement *statement, const char *token, GError **error)
{
  guint i;

  if (strchr ("?:@$", token[0]) == NULL)
    return g_strdup (token);
  char *text = find_parameter (statement, token, &i) ? dup_value (&statement->values[i]) : NULL;
  if (text == NULL)
    g_set_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_SQL,
                 "Parameter '%s' is not bound to a text or an integer", token);
  return text;
}

static gboolean
find_verb (const char *word, Verb *out_verb)
{
  static const char *const verbs[] = { "PUT", "PATCH", "DELETE", "GET" };

  for (guint i = 0; i < G_N_ELEMENTS (verbs); i++)
    if (g_ascii_strcasecmp (word, verbs[i]) == 0)
      {
        *out_verb = (Verb) i;
        return TRUE;
      }
  return FALSE;
}

/* The next word of @text, which moves behind it; NULL at the end. */
static char *
next_word (const char **text)
{
  *text += strspn (*text, " \t\r\n");
  const gsize length = strcspn (*text, " \t\r\n");
  const char *word = *text;

  *text += length;
  return length == 0 ? NULL : g_strndup (word, length);
}

static gboolean
refuse_sql (GError **error)
{
  g_set_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_NOT_SUPPORTED,
               "The mock store does not speak SQL. It understands 'PUT table id {json}', "
               "'PATCH table id {json}', 'DELETE table id' and 'GET table [id]'");
  return FALSE;
}

static gboolean
refuse_shape (const char *verb, const char *what, GError **error)
{
  g_set_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_SQL, "'%s' %s", verb, what);
  return FALSE;
}

static gboolean
command_init (Command *command, const SynclineStatement *statement, GError **error)
{
  const char *rest = statement->sql;
  g_autofree char *verb = next_word (&rest);
  command->table = next_word (&rest);
  g_autofree char *id = next_word (&rest);
  g_autofree char *json = g_strstrip (g_strdup (rest));

  if (verb == NULL || !find_verb (verb, &command->verb)
      || (command->table != NULL && g_ascii_strcasecmp (command->table, "FROM") == 0))
    return refuse_sql (error);
  if (command->table == NULL)
    return refuse_shape (verb, "lacks a table", error);
  if (id == NULL && command->verb != VERB_GET)
    return refuse_shape (verb, "lacks a row id", error);
  const gboolean takes_json = command->verb == VERB_PUT || command->verb == VERB_PATCH;
  if (takes_json != (json[0] != '\0'))
    return refuse_shape (verb, takes_json ? "lacks a JSON object" : "has words too many", error);
  if (id != NULL && (command->id = resolve (statement, id, error)) == NULL)
    return FALSE;
  return !takes_json || (command->json = resolve (statement, json, error)) != NULL;
}

/* --- Answering a GET ----------------------------------------------------------------------------- */

static GPtrArray *
column_names (MockStore *store, const char *table)
{
  const SynclineTable *declared
      = syncline_schema_find_table (syncline_host_get_schema (store->host), table);
  GPtrArray *names = g_ptr_array_new ();

  g_ptr_array_add (names, (gpointer) "id");
  if (declared == NULL)
    g_ptr_array_add (names, (gpointer) "data");
  for (guint i = 0; declared != NULL && i < syncline_table_get_n_columns (declared); i++)
    g_ptr_array_add (names,
                     (gpointer) syncline_column_get_name (syncline_table_get_column (declared, i)));
  return names;
}

/* How a JSON value looks as a cell; texts are borrowed from @member. */
static SynclineValue
cell_of (json_object *member)
{
  SynclineValue cell = { .type = SYNCLINE_VALUE_NULL };

  switch (json_object_get_type (member))
    {
    case json_type_null:
      break;
    case json_type_boolean:
      cell.type = SYNCLINE_VALUE_INTEGER;
      cell.integer = json_object_get_boolean (member);
      break;
    case json_type_int:
      cell.type = SYNCLINE_VALUE_INTEGER;
      cell.integer = json_object_get_int64 (member);
      break;
    case json_type_double:
      cell.type = SYNCLINE_VALUE_REAL;
      cell.real = json_object_get_double (member);
      break;
    case json_type_string:
      cell.type = SYNCLINE_VALUE_TEXT;
      cell.text = json_object_get_string (member);
      cell.length = json_object_get_string_len (member);
      break;
    case json_type_object:
    case json_type_array:
      cell.type = SYNCLINE_VALUE_TEXT;
      cell.text = json_object_to_json_string_ext (member, JSON_C_TO_STRING_PLAIN
                                                              | JSON_C_TO_STRING_NOSLASHESCAPE);
      cell.length = -1;
      break;
    }
  return cell;
}

static gboolean
send_row (GPtrArray *names,
          gboolean free_form,
          const MockRow *row,
          SynclineRowFunc func,
          gpointer user_data)
{
  g_autoptr (json_object) object = mock_json_parse (row->data, -1);
  g_autofree SynclineValue *cells = g_new0 (SynclineValue, names->len);

  cells[0] = (SynclineValue){ .type = SYNCLINE_VALUE_TEXT, .length = -1, .text = row->id };
  json_object_object_del (object, "id");
  if (free_form)
    cells[1] = cell_of (object);
  else
    for (guint i = 1; i < names->len; i++)
      cells[i] = cell_of (json_object_object_get (object, names->pdata[i]));
  return func (names->len, (const char *const *) names->pdata, cells, user_data);
}

static gboolean
run_get (MockTransaction *transaction,
         MockStore *store,
         const Command *command,
         SynclineRowFunc func,
         gpointer user_data,
         GCancellable *cancellable,
         GError **error)
{
  SynclineSchema *schema = syncline_host_get_schema (store->host);
  const gboolean free_form = syncline_schema_find_table (schema, command->table) == NULL;
  SynclineTableMode mode;

  if (!mock_store_get_mode (store, command->table, &mode, error))
    return FALSE;
  if (func == NULL)
    return TRUE;

  g_autoptr (GPtrArray) names = column_names (store, command->table);
  g_autoptr (GPtrArray) rows = mock_transaction_read (transaction, command->table, command->id);
  if (!func (names->len, (const char *const *) names->pdata, NULL, user_data))
    return TRUE;
  for (guint i = 0; i < rows->len; i++)
    {
      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;
      if (!send_row (names, free_form, rows->pdata[i], func, user_data))
        break;
    }
  return TRUE;
}

/* --- The slots ----------------------------------------------------------------------------------- */

static gint64
run_write (MockTransaction *transaction, const Command *command, gboolean read_only, GError **error)
{
  if (read_only)
    {
      g_set_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_SQL,
                   "The statement writes, but was to read only");
      return -1;
    }
  switch (command->verb)
    {
    case VERB_PUT:
      return mock_transaction_put (transaction, command->table, command->id, command->json, error);
    case VERB_PATCH:
      return mock_transaction_patch (transaction, command->table, command->id, command->json,
                                     error);
    default:
      return mock_transaction_delete (transaction, command->table, command->id, error);
    }
}

gboolean
mock_store_execute_in (gpointer self,
                       gpointer transaction,
                       const SynclineStatement *statement,
                       SynclineRowFunc func,
                       gpointer user_data,
                       gint64 *out_changed,
                       GCancellable *cancellable,
                       GError **error)
{
  g_auto (Command) command = { 0 };
  gint64 changed = 0;

  if (!mock_store_check (self, FALSE, cancellable, error)
      || !command_init (&command, statement, error))
    return FALSE;
  if (command.verb == VERB_GET)
    {
      if (!run_get (transaction, self, &command, func, user_data, cancellable, error))
        return FALSE;
    }
  else if ((changed = run_write (transaction, &command, statement->read_only, error)) < 0)
    return FALSE;
  if (out_changed != NULL)
    *out_changed = changed;
  return TRUE;
}

gboolean
mock_store_transaction (gpointer self,
                        SynclineTransactionFunc func,
                        gpointer user_data,
                        GCancellable *cancellable,
                        GError **error)
{
  MockStore *store = self;
  g_autoptr (GHashTable) touched = NULL;

  if (!mock_store_check (store, TRUE, cancellable, error)
      || !mock_database_begin_write (store->database, cancellable, error))
    return FALSE;
  MockTransaction *transaction = mock_transaction_new (store);
  if (func (transaction, user_data, error)
      && !g_cancellable_set_error_if_cancelled (cancellable, error))
    touched = mock_transaction_commit (transaction);
  mock_transaction_free (transaction);
  mock_database_end_write (store->database);

  if (touched == NULL)
    return FALSE;
  mock_store_notify (store, SYNCLINE_CHANGE_LOCAL, touched);
  return TRUE;
}

/* A single statement is a transaction of its own; one that reads waits for no writer. */
gboolean
mock_store_execute (gpointer self,
                    const SynclineStatement *statement,
                    SynclineRowFunc func,
                    gpointer user_data,
                    gint64 *out_changed,
                    GCancellable *cancellable,
                    GError **error)
{
  MockStore *store = self;
  g_auto (Command) command = { 0 };
  g_autoptr (GHashTable) touched = NULL;

  if (!command_init (&command, statement, error))
    return FALSE;
  const gboolean write = command.verb != VERB_GET;
  if (!mock_store_check (store, write, cancellable, error)
      || (write && !mock_database_begin_write (store->database, cancellable, error)))
    return FALSE;

  MockTransaction *transaction = mock_transaction_new (store);
  const gboolean ok = mock_store_execute_in (self, transaction, statement, func, user_data,
                                             out_changed, cancellable, error);
  if (ok && write)
    touched = mock_transaction_commit (transaction);
  mock_transaction_free (transaction);
  if (write)
    mock_database_end_write (store->database);
  if (touched != NULL)
    mock_store_notify (store, SYNCLINE_CHANGE_LOCAL, touched);
  return ok;
}
