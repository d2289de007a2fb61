/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "live-fixture.h"

#define DEADLINE_SECONDS 30

Live *
live_new (const char *schema)
{
  Live *live = g_new0 (Live, 1);
  g_autoptr (SynclineConfig) config = syncline_config_new ();
  g_autoptr (GError) error = NULL;

  live->scratch = scratch_new ();
  live->path = g_build_filename (live->scratch->path, "live.db", NULL);
  g_autofree char *schema_path = scratch_write (live->scratch, "schema.conf", schema);
  syncline_config_set (config, "syncline", "store", "sqlite-store");
  syncline_config_set (config, "syncline", "schema", schema_path);
  syncline_config_set (config, "sqlite-store", "path", live->path);
  live->client = syncline_client_new (config, &error);
  g_assert_no_error (error);
  syncline_client_open (live->client, NULL, &error);
  g_assert_no_error (error);
  return live;
}

void
live_free (Live *live)
{
  g_clear_object (&live->client);
  scratch_free (live->scratch);
  g_free (live->path);
  g_free (live);
}

void
live_run (Live *live, const char *sql)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SynclineResult) result
      = syncline_client_execute (live->client, sql, NULL, NULL, &error);

  g_assert_no_error (error);
}

static gboolean
out_of_time (gpointer data G_GNUC_UNUSED)
{
  g_error ("what was waited for did not come");
  return G_SOURCE_REMOVE;
}

void
live_wait (gboolean (*done) (gpointer data), gpointer data)
{
  const guint alarm = g_timeout_add_seconds (DEADLINE_SECONDS, out_of_time, NULL);

  while (!done (data))
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (alarm);
}

/* --- A copy -------------------------------------------------------------------------------------- */

static void
items_changed (GListModel *model, guint position, guint removed, guint added, gpointer data)
{
  Shadow *shadow = data;

  g_string_append_printf (shadow->splices, "%u-%u+%u ", position, removed, added);
  g_assert_cmpuint (position + removed, <=, shadow->rows->len);
  if (removed > 0)
    g_ptr_array_remove_range (shadow->rows, position, removed);
  for (guint i = position; i < position + added; i++)
    g_ptr_array_insert (shadow->rows, (int) i, g_list_model_get_item (model, i));

  /* All of the list is what it was said to be, and not only at the end. */
  g_assert_cmpuint (g_list_model_get_n_items (model), ==, shadow->rows->len);
  for (guint i = 0; i < shadow->rows->len; i++)
    {
      g_autoptr (GObject) row = g_list_model_get_item (model, i);
      g_assert_true (row == g_ptr_array_index (shadow->rows, i));
    }
  g_assert_null (g_list_model_get_item (model, shadow->rows->len));
}

Shadow *
shadow_new (Live *live, const char *sql, GVariant *parameters)
{
  Shadow *shadow = g_new0 (Shadow, 1);

  shadow->query = syncline_client_watch (live->client, sql, parameters);
  syncline_query_set_throttle (shadow->query, 0);
  shadow->rows = g_ptr_array_new_with_free_func (g_object_unref);
  shadow->splices = g_string_new (NULL);
  g_signal_connect (shadow->query, "items-changed", G_CALLBACK (items_changed), shadow);
  return shadow;
}

void
shadow_free (Shadow *shadow)
{
  g_signal_handlers_disconnect_by_data (shadow->query, shadow);
  g_object_unref (shadow->query);
  g_ptr_array_unref (shadow->rows);
  g_string_free (shadow->splices, TRUE);
  g_free (shadow);
}

char *
shadow_take_splices (Shadow *shadow)
{
  char *splices = g_strdup (g_strchomp (shadow->splices->str));

  g_string_truncate (shadow->splices, 0);
  return splices;
}

static void
append_cell (GString *text, GVariant *cell)
{
  if (g_variant_is_of_type (cell, G_VARIANT_TYPE_STRING))
    g_string_append (text, g_variant_get_string (cell, NULL));
  else if (g_variant_is_of_type (cell, G_VARIANT_TYPE_INT64))
    g_string_append_printf (text, "%" G_GINT64_FORMAT, g_variant_get_int64 (cell));
  else
    g_string_append_c (text, '-');
}

char *
shadow_to_text (Shadow *shadow)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < shadow->rows->len; i++)
    {
      SynclineRow *row = g_ptr_array_index (shadow->rows, i);
      for (guint column = 0; column < syncline_row_get_n_columns (row); column++)
        {
          g_autoptr (GVariant) cell = syncline_row_dup_value (row, column);
          g_string_append (text, column > 0 ? "|" : i > 0 ? " " : "");
          append_cell (text, cell);
        }
    }
  return g_string_free (text, FALSE);
}

static char *
database_to_text (Shadow *shadow, Live *live)
{
  GString *text = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (SynclineResult) result = syncline_client_query (
      live->client, syncline_query_get_sql (shadow->query), NULL, NULL, &error);

  g_assert_no_error (error);
  for (guint row = 0; row < syncline_result_get_n_rows (result); row++)
    for (guint column = 0; column < syncline_result_get_n_columns (result); column++)
      {
        g_autoptr (GVariant) cell = syncline_result_dup_value (result, row, column);
        g_string_append (text, column > 0 ? "|" : row > 0 ? " " : "");
        append_cell (text, cell);
      }
  return g_string_free (text, FALSE);
}

typedef struct
{
  Shadow *shadow;
  const char *expected;
} Wanted;

static gboolean
looks_so (gpointer data)
{
  const Wanted *wanted = data;
  g_autofree char *text = shadow_to_text (wanted->shadow);

  return g_str_equal (text, wanted->expected);
}

void
shadow_wait_for (Shadow *shadow, const char *expected)
{
  Wanted wanted = { shadow, expected };

  live_wait (looks_so, &wanted);
}

void
shadow_wait_until_true (Shadow *shadow, Live *live)
{
  g_autofree char *expected = database_to_text (shadow, live);

  shadow_wait_for (shadow, expected);
}
