/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "supabase-auth/parameters.h"

#include <string.h>
#include <syncline/error.h>

#include "common/secret.h"

typedef struct
{
  const char *key;
  const char *type;
} Parameter;

static const Parameter sign_in_parameters[] = {
  { "email", "s" },         { "phone", "s" },         { "password", "s" },  { "token", "s" },
  { "type", "s" },          { "token-hash", "s" },    { "anonymous", "b" }, { "auth-code", "s" },
  { "code-verifier", "s" }, { "provider", "s" },      { "id-token", "s" },  { "nonce", "s" },
  { "access-token", "s" },  { "captcha-token", "s" }, { NULL, NULL },
};

static const Parameter browser_parameters[] = {
  { "provider", "s" },    { "scopes", "s" }, { "redirect-to", "s" },   { "email", "s" },
  { "create-user", "b" }, { "data", "s" },   { "captcha-token", "s" }, { NULL, NULL },
};

static const Parameter change_parameters[] = {
  { "email", "s" }, { "phone", "s" }, { "password", "s" },
  { "data", "s" },  { "nonce", "s" }, { NULL, NULL },
};

static const Parameter sign_up_parameters[] = {
  { "email", "s" },         { "phone", "s" },       { "password", "s" },
  { "otp", "b" },           { "data", "s" },        { "create-user", "b" },
  { "captcha-token", "s" }, { "redirect-to", "s" }, { NULL, NULL },
};

static gboolean
fail (GError **error, const char *text)
{
  g_set_error_literal (error, SYNCLINE_ERROR, SYNCLINE_ERROR_INVALID_ARGUMENT, text);
  return FALSE;
}

static const Parameter *
find (const Parameter *known, const char *key)
{
  while (known->key != NULL && !g_str_equal (known->key, key))
    known++;
  return known->key != NULL ? known : NULL;
}

static gboolean
check (GVariant *parameters, const Parameter *known, GError **error)
{
  GVariantIter iter;
  const char *key;
  GVariant *value;

  if (!g_variant_is_of_type (parameters, G_VARIANT_TYPE_VARDICT))
    return fail (error, "the parameters are not an a{sv}");
  g_variant_iter_init (&iter, parameters);
  while (g_variant_iter_next (&iter, "{&sv}", &key, &value))
    {
      const Parameter *parameter = find (known, key);
      const gboolean fits
          = parameter != NULL && g_variant_is_of_type (value, G_VARIANT_TYPE (parameter->type));
      g_variant_unref (value);
      if (fits)
        continue;
      g_set_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_INVALID_ARGUMENT,
                   parameter == NULL ? "there is no parameter \"%s\" here%s"
                                     : "the parameter \"%s\" is not of type \"%s\"",
                   key, parameter == NULL ? "" : parameter->type);
      return FALSE;
    }
  return TRUE;
}

/* Borrowed; an empty text is as good as none. */
static const char *
get_text (GVariant *parameters, const char *key)
{
  const char *text = NULL;

  return g_variant_lookup (parameters, key, "&s", &text) && *text != '\0' ? text : NULL;
}

static gboolean
get_flag (GVariant *parameters, const char *key, gboolean fallback)
{
  gboolean flag = fallback;

  g_variant_lookup (parameters, key, "b", &flag);
  return flag;
}

/* Copies a parameter into the body, if it is there. */
static gboolean
copy (GVariant *parameters, const char *key, json_object *body, const char *member)
{
  const char *text = get_text (parameters, key);

  if (text != NULL)
    json_object_object_add (body, member, json_object_new_string (text));
  return text != NULL;
}

static gboolean
copy_address (GVariant *parameters, json_object *body, GError **error)
{
  const gboolean email = copy (parameters, "email", body, "email");
  const gboolean phone = copy (parameters, "phone", body, "phone");

  if (email && phone)
    return fail (error, "either \"email\" or \"phone\" says who it is, not both");
  if (!email && !phone)
    return fail (error, "\"email\" or \"phone\" is missing");
  return TRUE;
}

static void
copy_captcha (GVariant *parameters, json_object *body)
{
  json_object *meta = json_object_new_object ();

  if (copy (parameters, "captcha-token", meta, "captcha_token"))
    json_object_object_add (body, "gotrue_meta_security", meta);
  else
    json_object_put (meta);
}

/* @name with what parts it from the one before. */
static void
append_query (GString *query, const char *name, const char *value)
{
  g_autofree char *escaped = value != NULL ? g_uri_escape_string (value, NULL, FALSE) : NULL;

  if (value != NULL)
    g_string_append_printf (query, "%s=%s", name, escaped);
}

/* --- Sign-in --------------------------------------------------------------------------------- */

static gboolean
read_verification (GVariant *parameters, json_object *body, GError **error)
{
  if (copy (parameters, "token-hash", body, "token_hash"))
    return copy (parameters, "type", body, "type")
           || fail (error, "\"token-hash\" goes with \"type\"");

  copy (parameters, "token", body, "token");
  if (!copy_address (parameters, body, error))
    return FALSE;
  if (!copy (parameters, "type", body, "type"))
    json_object_object_add (
        body, "type",
        json_object_new_string (get_text (parameters, "email") != NULL ? "email" : "sms"));
  return TRUE;
}

static gboolean
fill_sign_in (GVariant *parameters, json_object *body, const char **out_path, GError **error)
{
  if (get_flag (parameters, "anonymous", FALSE))
    {
      *out_path = "signup";
      json_object_object_add (body, "data", json_object_new_object ());
      return TRUE;
    }
  if (copy (parameters, "auth-code", body, "auth_code"))
    {
      *out_path = "token?grant_type=pkce";
      return copy (parameters, "code-verifier", body, "code_verifier")
             || fail (error, "\"auth-code\" goes with \"code-verifier\"");
    }
  if (copy (parameters, "id-token", body, "id_token"))
    {
      *out_path = "token?grant_type=id_token";
      copy (parameters, "nonce", body, "nonce");
      copy (parameters, "access-token", body, "access_token");
      return copy (parameters, "provider", body, "provider")
             || fail (error, "\"id-token\" goes with \"provider\"");
    }
  if (get_text (parameters, "token") != NULL || get_text (parameters, "token-hash") != NULL)
    {
      *out_path = "verify";
      return read_verification (parameters, body, error);
    }
  *out_path = "token?grant_type=password";
  return copy_address (parameters, body, error)
         && (copy (parameters, "password", body, "password")
             || fail (error, "\"password\" or \"token\" is missing"));
}

json_object *
parameters_read_sign_in (GVariant *parameters, char **out_path, GError **error)
{
  g_autoptr (SecretJson) body = json_object_new_object ();
  const char *path = NULL;

  if (!check (parameters, sign_in_parameters, error)
      || !fill_sign_in (parameters, body, &path, error))
    return NULL;
  copy_captcha (parameters, body);
  *out_path = g_strdup (path);
  return g_steal_pointer (&body);
}

/* --- Sign-up --------------------------------------------------------------------------------- */

static gboolean
copy_data (GVariant *parameters, json_object *body, GError **error)
{
  const char *text = get_text (parameters, "data");
  json_object *data = text != NULL ? json_tokener_parse (text) : NULL;

  if (text == NULL)
    return TRUE;
  if (!json_object_is_type (data, json_type_object))
    {
      json_object_put (data);
      return fail (error, "\"data\" is not the text of a JSON object");
    }
  json_object_object_add (body, "data", data);
  return TRUE;
}

static gboolean
fill_sign_up (GVariant *parameters, json_object *body, GError **error)
{
  if (!copy_address (parameters, body, error) || !copy_data (parameters, body, error))
    return FALSE;
  if (!get_flag (parameters, "otp", FALSE))
    return copy (parameters, "password", body, "password")
           || fail (error, "\"password\" or \"otp\" is missing");
  json_object_object_add (body, "create_user",
                          json_object_new_boolean (get_flag (parameters, "create-user", TRUE)));
  return TRUE;
}

static char *
make_path (const char *path, GVariant *parameters)
{
  g_autoptr (GString) text = g_string_new (path);

  append_query (text, "?redirect_to", get_text (parameters, "redirect-to"));
  return g_string_free (g_steal_pointer (&text), FALSE);
}

json_object *
parameters_read_sign_up (GVariant *parameters, char **out_path, GError **error)
{
  g_autoptr (SecretJson) body = json_object_new_object ();

  if (!check (parameters, sign_up_parameters, error) || !fill_sign_up (parameters, body, error))
    return NULL;
  copy_captcha (parameters, body);

  *out_path = make_path (get_flag (parameters, "otp", FALSE) ? "otp" : "signup", parameters);
  return g_steal_pointer (&body);
}

/* --- Through a browser ----------------------------------------------------------------------- */

gboolean
parameters_read_browser (GVariant *parameters,
                         const char *challenge,
                         char **out_query,
                         GError **error)
{
  *out_query = NULL;
  if (!check (parameters, browser_parameters, error))
    return FALSE;
  const char *provider = get_text (parameters, "provider");
  const gboolean has_email = get_text (parameters, "email") != NULL;
  if (provider == NULL && !has_email)
    return fail (error, "\"provider\" or \"email\" is missing");
  if (provider != NULL && has_email)
    return fail (error, "either \"provider\" or \"email\" says who signs in, not both");
  if (provider == NULL)
    return TRUE;

  g_autoptr (GString) query = g_string_new (NULL);
  append_query (query, "provider", provider);
  append_query (query, "&redirect_to", get_text (parameters, "redirect-to"));
  append_query (query, "&scopes", get_text (parameters, "scopes"));
  append_query (query, "&code_challenge", challenge);
  append_query (query, "&code_challenge_method", "s256");
  *out_query = g_string_free (g_steal_pointer (&query), FALSE);
  return TRUE;
}

json_object *
parameters_read_link (GVariant *parameters, const char *challenge, char **out_path, GError **error)
{
  g_autoptr (SecretJson) body = json_object_new_object ();

  copy (parameters, "email", body, "email");
  if (!copy_data (parameters, body, error))
    return NULL;
  json_object_object_add (body, "create_user",
                          json_object_new_boolean (get_flag (parameters, "create-user", TRUE)));
  json_object_object_add (body, "code_challenge", json_object_new_string (challenge));
  json_object_object_add (body, "code_challenge_method", json_object_new_string ("s256"));
  copy_captcha (parameters, body);
  *out_path = make_path ("otp", parameters);
  return g_steal_pointer (&body);
}

/* --- Changes of the user --------------------------------------------------------------------- */

json_object *
parameters_read_changes (GVariant *parameters, GError **error)
{
  g_autoptr (SecretJson) body = json_object_new_object ();

  if (!check (parameters, change_parameters, error) || !copy_data (parameters, body, error))
    return NULL;
  copy (parameters, "email", body, "email");
  copy (parameters, "phone", body, "phone");
  copy (parameters, "password", body, "password");
  copy (parameters, "nonce", body, "nonce");
  if (json_object_object_length (body) > 0)
    return g_steal_pointer (&body);
  fail (error, "there is nothing to change");
  return NULL;
}
