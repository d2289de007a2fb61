/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "core/log-messages.h"
#include "core/log.h"

#include <string.h>
#include <syncline/types.h>

typedef struct
{
  char *message;
  char *component;
  char *priority;
  char *domain;
  char *message_id;
  char *table;
  GLogLevelFlags level;
} Entry;

static Entry last;

static void
clear_entry (void)
{
  g_free (last.message);
  g_free (last.component);
  g_free (last.priority);
  g_free (last.domain);
  g_free (last.message_id);
  g_free (last.table);
  memset (&last, 0, sizeof (last));
}

static GLogWriterOutput
write_log (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer data)
{
  clear_entry ();
  last.level = level;
  for (gsize i = 0; i < n_fields; i++)
    {
      if (g_str_equal (fields[i].key, "MESSAGE"))
        last.message = g_strdup (fields[i].value);
      else if (g_str_equal (fields[i].key, "SYNCLINE_COMPONENT"))
        last.component = g_strdup (fields[i].value);
      else if (g_str_equal (fields[i].key, "PRIORITY"))
        last.priority = g_strdup (fields[i].value);
      else if (g_str_equal (fields[i].key, "GLIB_DOMAIN"))
        last.domain = g_strdup (fields[i].value);
      else if (g_str_equal (fields[i].key, "MESSAGE_ID"))
        last.message_id = g_strdup (fields[i].value);
      else if (g_str_equal (fields[i].key, "SYNCLINE_TABLE"))
        last.table = g_strdup (fields[i].value);
    }
  return G_LOG_WRITER_HANDLED;
}

static void
assert_redacted (const char *text, const char *expected)
{
  g_autofree char *redacted = syncline_log_redact (text);

  g_assert_cmpstr (redacted, ==, expected);
}

static void
test_fields (void)
{
  syncline_log ("uploader", G_LOG_LEVEL_WARNING, "%d changes of %s", 3, "todos");
  g_assert_cmpstr (last.message, ==, "uploader: 3 changes of todos");
  g_assert_cmpstr (last.component, ==, "uploader");
  g_assert_cmpstr (last.priority, ==, "4");
  g_assert_cmpstr (last.domain, ==, "Syncline");
  g_assert_cmpint (last.level & G_LOG_LEVEL_MASK, ==, G_LOG_LEVEL_WARNING);
}

static void
test_event (void)
{
  const char *const fields[] = { "SYNCLINE_CODE", NULL, "SYNCLINE_TABLE", "todos", NULL };

  syncline_log_event ("uploader", G_LOG_LEVEL_MESSAGE, SYNCLINE_LOG_REJECTED, fields, "%d of %s", 3,
                      "Bearer abcdefgh.ijkl");
  g_assert_cmpstr (last.message, ==, "uploader: 3 of Bearer [redacted]");
  g_assert_cmpstr (last.message_id, ==, SYNCLINE_LOG_REJECTED);
  g_assert_cmpstr (last.table, ==, "todos");
  syncline_log ("uploader", G_LOG_LEVEL_MESSAGE, "plain");
  g_assert_null (last.message_id);
}

/* An id is 32 hexadecimal digits, as the journal wants it, and no two messages share one. */
static void
test_message_ids (void)
{
#define ID(id, name, meaning) id,
  static const char *const ids[] = { SYNCLINE_LOG_MESSAGES (ID) };
#undef ID
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    {
      g_assert_cmpuint (strlen (ids[i]), ==, 32);
      g_assert_cmpuint (strspn (ids[i], "0123456789abcdef"), ==, 32);
      g_assert_true (g_hash_table_add (seen, (gpointer) ids[i]));
    }
}

static void
test_known_secrets (void)
{
  assert_redacted ("an-api-key-1 stays until it is known", "an-api-key-1 stays until it is known");
  syncline_log_add_secret ("an-api-key-1");
  syncline_log_add_secret ("an-api-key-1");
  syncline_log_add_secret (NULL);
  assert_redacted ("an-api-key-1,an-api-key-1", "[redacted],[redacted]");
  assert_redacted ("xan-api-key-1x", "x[redacted]x");
  assert_redacted ("", "");

  syncline_log ("auth", G_LOG_LEVEL_MESSAGE, "key %s", "an-api-key-1");
  g_assert_cmpstr (last.message, ==, "auth: key [redacted]");
}

/* Blotting out "on" or "1234567" would make logs unreadable and tell what the secret is. */
static void
test_short_secrets (void)
{
  syncline_log_add_secret ("1234567");
  syncline_log_add_secret ("");
  assert_redacted ("port 1234567", "port 1234567");
  syncline_log_add_secret ("12345678");
  assert_redacted ("port 12345678", "port [redacted]");
}

/* Tokens that nobody registered follow their scheme. */
static void
test_schemes (void)
{
  assert_redacted ("Authorization: Bearer abcdefgh.ijkl\r\nAccept: x",
                   "Authorization: Bearer [redacted]\r\nAccept: x");
  assert_redacted ("{\"h\":\"Token abcdefgh\",\"n\":\"Bearer abcdefgh\"}",
                   "{\"h\":\"Token [redacted]\",\"n\":\"Bearer [redacted]\"}");
  assert_redacted ("Bearer of news", "Bearer of news");
  assert_redacted ("Bearer", "Bearer");
}

static void
test_credentials (void)
{
  SynclineCredentials *credentials = syncline_credentials_new ("header.payload.signature", "u1", 0);

  syncline_credentials_unref (credentials);
  assert_redacted ("jwt=header.payload.signature", "jwt=[redacted]");
}

static gpointer
add_and_redact (gpointer data)
{
  for (int i = 0; i < 200; i++)
    {
      g_autofree char *secret = g_strdup_printf ("secret-%p-%d", data, i);

      syncline_log_add_secret (secret);
      assert_redacted (secret, "[redacted]");
    }
  return NULL;
}

static void
test_threads (void)
{
  GThread *threads[4];

  for (gsize i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("log", add_and_redact, GSIZE_TO_POINTER (i + 1));
  for (gsize i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_log_set_writer_func (write_log, NULL, NULL);
  g_test_add_func ("/log/fields", test_fields);
  g_test_add_func ("/log/event", test_event);
  g_test_add_func ("/log/message-ids", test_message_ids);
  g_test_add_func ("/log/known-secrets", test_known_secrets);
  g_test_add_func ("/log/short-secrets", test_short_secrets);
  g_test_add_func ("/log/schemes", test_schemes);
  g_test_add_func ("/log/credentials", test_credentials);
  g_test_add_func ("/log/threads", test_threads);
  const int result = g_test_run ();
  clear_entry ();
  return result;
}
