/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* A captured change of a table with a column of each type: it is refused with a reason, or becomes an object that
 * any parser takes and that the normalizer leaves as it is. */

#include "config.h"

#include "fuzz.h"
#include "json-normalizer/serialize.h"

static const char schema_text[] = "[table t]\ni = integer\nb = boolean\nn = numeric\nd = double "
                                  "precision\nj = jsonb\na = text[]\nt = text\n";

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree char *text = g_strndup ((const char *) data, size);
  g_autoptr (SynclineSchema) schema = syncline_schema_new_from_data (schema_text, -1, "fuzz", NULL);
  const SynclineTable *table = syncline_schema_find_table (schema, "t");
  const char *const owned[] = { "owner", NULL };
  const char *const renamed[] = { "t=text", NULL };
  g_autoptr (ColumnRules) rules = column_rules_new (owned, renamed, schema, NULL);
  g_autoptr (GError) error = NULL;

  if (!g_utf8_validate (text, -1, NULL))
    return 0;
  g_autoptr (SynclineChange) change
      = syncline_change_new (1, 1, SYNCLINE_CHANGE_PATCH, "t", "r", text, NULL, NULL);
  g_autoptr (SynclineChange) sent
      = serialize_change (rules, UNKNOWN_COLUMNS_SEND, JSON_NULL_SQL_NULL, table, change, &error);
  if (sent == NULL)
    {
      g_assert_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_REJECTED);
      return 0;
    }
  g_autoptr (SynclineChange) again
      = serialize_change (rules, UNKNOWN_COLUMNS_SEND, JSON_NULL_SQL_NULL, table, sent, &error);
  g_assert_no_error (error);
  g_assert_nonnull (again);
  JsonPull pull;
  g_auto (JsonScratch) scratch = { NULL };
  const char *out = syncline_change_get_data (sent);
  json_pull_init (&pull, out, strlen (out), &scratch);
  g_assert_cmpint (json_pull_next (&pull), ==, JSON_PULL_OBJECT_BEGIN);
  g_assert_true (json_pull_skip_value (&pull, NULL));
  g_assert_cmpint (json_pull_next (&pull), ==, JSON_PULL_END);
  return 0;
}
