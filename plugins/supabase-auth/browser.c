/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* Sign-ins that go through a browser, with a proof that who finishes is who began (PKCE, RFC 7636). */

#include "config.h"

#include <sodium.h>
#include <string.h>

#include "common/secret.h"
#include "supabase-auth/auth.h"
#include "supabase-auth/parameters.h"

#define VERIFIER_BYTES 32
#define VARIANT sodium_base64_VARIANT_URLSAFE_NO_PADDING
#define ENCODED_LENGTH sodium_base64_ENCODED_LEN (VERIFIER_BYTES, VARIANT)

/* --- Beginning ------------------------------------------------------------------------------- */

static char *
make_verifier (void)
{
  guint8 bytes[VERIFIER_BYTES];
  char *verifier = g_malloc (ENCODED_LENGTH);

  randombytes_buf (bytes, sizeof bytes);
  sodium_bin2base64 (verifier, ENCODED_LENGTH, bytes, sizeof bytes, VARIANT);
  explicit_bzero (bytes, sizeof bytes);
  return verifier;
}

static char *
make_challenge (const char *verifier)
{
  guint8 digest[crypto_hash_sha256_BYTES];
  char *challenge = g_malloc (sodium_base64_encoded_len (sizeof digest, VARIANT));

  crypto_hash_sha256 (digest, (const guint8 *) verifier, strlen (verifier));
  sodium_bin2base64 (challenge, sodium_base64_encoded_len (sizeof digest, VARIANT), digest,
                     sizeof digest, VARIANT);
  return challenge;
}

static gboolean
send_link (SupabaseAuth *self,
           GVariant *parameters,
           const char *challenge,
           GCancellable *cancellable,
           GError **error)
{
  g_autofree char *path = NULL;
  json_object *answer = NULL;
  g_autoptr (SecretJson) body = parameters_read_link (parameters, challenge, &path, error);

  if (body == NULL)
    return FALSE;
  const GotrueResult result
      = gotrue_ask (&self->gotrue, "POST", path, body, NULL, &answer, NULL, cancellable, error);
  secret_json_put (answer);
  return result == GOTRUE_OK;
}

gboolean
supabase_auth_begin_browser_sign_in (
    gpointer data, GVariant *parameters, char **out_url, GCancellable *cancellable, GError **error)
{
  SupabaseAuth *self = data;
  g_autoptr (SecretString) verifier = make_verifier ();
  g_autofree char *challenge = make_challenge (verifier);
  g_autofree char *query = NULL;

  *out_url = NULL;
  if (g_cancellable_set_error_if_cancelled (cancellable, error)
      || !parameters_read_browser (parameters, challenge, &query, error)
      || (query == NULL && !send_link (self, parameters, challenge, cancellable, error)))
    return FALSE;

  g_mutex_lock (&self->lock);
  secret_replace (&self->verifier, verifier);
  g_mutex_unlock (&self->lock);
  if (query != NULL)
    *out_url = g_strconcat (self->gotrue.url, "/auth/v1/authorize?", query, NULL);
  return TRUE;
}

/* --- Coming back ----------------------------------------------------------------------------- */

static gboolean
set_refusal (GHashTable *query, GError **error)
{
  const char *code = g_hash_table_lookup (query, "error_code");
  const char *text = g_hash_table_lookup (query, "error_description");

  if (code == NULL)
    code = g_hash_table_lookup (query, "error");
  if (code == NULL)
    {
      g_set_error_literal (error, SYNCLINE_ERROR, SYNCLINE_ERROR_INVALID_ARGUMENT,
                           "\"callback-url\" has neither a code nor an error");
      return FALSE;
    }
  g_autofree char *shown = gotrue_clean_text (text != NULL ? text : "no reason given");
  g_autofree char *shown_code = gotrue_clean_text (code);
  g_set_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_REJECTED,
               "the sign-in in the browser failed: %s (%.64s)", shown, shown_code);
  return FALSE;
}

/* Some errors come behind a # instead. */
static char *
find_code (const char *url, GError **error)
{
  const char *mark = url + strcspn (url, "?#");
  g_autofree char *text = g_strdup (*mark != '\0' ? mark + 1 : "");
  g_autoptr (GHashTable) query = NULL;

  g_strdelimit (text, "#?", '&');
  query = g_uri_parse_params (text, -1, "&", G_URI_PARAMS_WWW_FORM | G_URI_PARAMS_PARSE_RELAXED,
                              NULL);
  const char *code = query != NULL ? g_hash_table_lookup (query, "code") : NULL;
  if (code != NULL && *code != '\0')
    return g_strdup (code);
  if (query == NULL)
    query = g_hash_table_new (g_str_hash, g_str_equal);
  set_refusal (query, error);
  return NULL;
}

GVariant *
supabase_auth_complete_browser (SupabaseAuth *self, GVariant *parameters, GError **error)
{
  const char *url = NULL;
  g_autofree char *code = NULL;
  GVariantDict dict;

  if (!g_variant_is_of_type (parameters, G_VARIANT_TYPE_VARDICT))
    return g_variant_ref (parameters);
  if (g_variant_lookup (parameters, "callback-url", "&s", &url))
    {
      code = find_code (url, error);
      if (code == NULL)
        return NULL;
    }
  else if (!g_variant_lookup (parameters, "auth-code", "s", &code)
           || g_variant_lookup (parameters, "code-verifier", "s", NULL))
    return g_variant_ref (parameters);

  g_mutex_lock (&self->lock);
  g_autoptr (SecretString) verifier = g_strdup (self->verifier);
  g_mutex_unlock (&self->lock);
  if (verifier == NULL)
    {
      g_set_error_literal (
          error, SYNCLINE_ERROR, SYNCLINE_ERROR_STATE,
          "no sign-in in a browser was begun here, so that there is nothing to finish");
      return NULL;
    }
  g_variant_dict_init (&dict, parameters);
  g_variant_dict_remove (&dict, "callback-url");
  g_variant_dict_insert (&dict, "auth-code", "s", code);
  g_variant_dict_insert (&dict, "code-verifier", "s", verifier);
  return g_variant_ref_sink (g_variant_dict_end (&dict));
}

void
supabase_auth_end_browser (SupabaseAuth *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  g_clear_pointer (&self->verifier, secret_free);
}
