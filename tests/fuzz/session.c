/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* What the session file, or an answer of the auth server, may hold: as it is, and sealed. */

#include "config.h"

#include "fuzz.h"
#include "supabase-auth/seal.h"
#include "supabase-auth/session.h"

#define KEY "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="

/* A session that was read can be written, and read again. */
static void
check_session (Session *session)
{
  if (session == NULL)
    return;
  g_autofree char *stored = session_to_stored (session);
  g_autoptr (GError) error = NULL;
  g_autoptr (Session) again = session_new_from_stored (stored, strlen (stored), &error);
  g_assert_no_error (error);
  g_assert_cmpstr (again->user_id, ==, session->user_id);
  g_assert_cmpstr (again->refresh_token, ==, session->refresh_token);
  g_assert_cmpint (again->expires_at, ==, session->expires_at);
  g_assert_cmpint (session_get_remaining (again, G_MAXINT64), ==, 0);
}

static void
read_stored (const char *text, gsize length)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (Session) session = session_new_from_stored (text, length, &error);

  g_assert_true ((session == NULL) == (error != NULL));
  check_session (session);
}

static void
read_answer (const char *text)
{
  json_object *answer = json_tokener_parse (text);
  g_autoptr (GError) error = NULL;

  if (json_object_is_type (answer, json_type_object))
    {
      g_autoptr (Session) session = session_new_from_answer (
          "https://x", answer, G_GINT64_CONSTANT (1700000000000000), &error);
      g_assert_true ((session == NULL) == (error != NULL));
      check_session (session);
    }
  json_object_put (answer);
}

/* Only what was sealed with the key opens. */
static void
open_sealed (const uint8_t *data, size_t size)
{
  g_autoptr (Sealer) sealer = NULL;
  g_autoptr (GError) error = NULL;
  gsize length = 0;

  g_assert_true (sealer_new (KEY, NULL, &sealer, &error));
  if (sealer_is_sealed (data, size))
    {
      g_autofree char *text = sealer_open (sealer, data, size, &length, &error);
      g_assert_true ((text == NULL) == (error != NULL));
    }
  g_autoptr (GByteArray) sealed = sealer_seal (sealer, (const char *) data, size, NULL);
  g_autofree char *opened = sealer_open (sealer, sealed->data, sealed->len, &length, NULL);
  g_assert_cmpmem (opened, length, data, size);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree char *text = g_strndup ((const char *) data, size);

  read_stored ((const char *) data, size);
  read_answer (text);
  open_sealed (data, size);
  return 0;
}
