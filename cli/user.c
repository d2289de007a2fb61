/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "cli/user.h"

#include <stdio.h>

char *
cli_describe_user (GVariant *user)
{
  const char *id = NULL;
  const char *email = NULL;

  g_variant_lookup (user, "id", "&s", &id);
  g_variant_lookup (user, "email", "&s", &email);
  if (email != NULL && email[0] != '\0' && id != NULL)
    return g_strdup_printf ("%s (%s)", email, id);
  if (id != NULL)
    return g_strdup (id);
  return g_strdup (email != NULL ? email : "a user without an id");
}

static json_object *
json_of_value (GVariant *value)
{
  if (g_variant_is_of_type (value, G_VARIANT_TYPE_STRING))
    return cli_json_string (g_variant_get_string (value, NULL));
  if (g_variant_is_of_type (value, G_VARIANT_TYPE_BOOLEAN))
    return json_object_new_boolean (g_variant_get_boolean (value));
  if (g_variant_is_of_type (value, G_VARIANT_TYPE_INT32))
    return json_object_new_int (g_variant_get_int32 (value));
  if (g_variant_is_of_type (value, G_VARIANT_TYPE_UINT32))
    return json_object_new_int64 (g_variant_get_uint32 (value));
  if (g_variant_is_of_type (value, G_VARIANT_TYPE_INT64))
    return json_object_new_int64 (g_variant_get_int64 (value));
  if (g_variant_is_of_type (value, G_VARIANT_TYPE_UINT64))
    return json_object_new_uint64 (g_variant_get_uint64 (value));
  if (g_variant_is_of_type (value, G_VARIANT_TYPE_DOUBLE))
    return cli_json_real (g_variant_get_double (value));
  return NULL;
}

json_object *
cli_json_user (GVariant *user)
{
  GVariantIter iter;
  const char *key;
  GVariant *value;

  if (user == NULL)
    return NULL;
  json_object *object = json_object_new_object ();
  g_variant_iter_init (&iter, user);
  while (g_variant_iter_loop (&iter, "{&sv}", &key, &value))
    json_object_object_add (object, key, json_of_value (value));
  return object;
}

void
cli_print_user (const Cli *cli, GVariant *user)
{
  if (cli->json)
    {
      g_autoptr (json_object) object = cli_json_user (user);
      cli_json_print (object);
      return;
    }
  g_autofree char *description = cli_describe_user (user);
  puts (description);
}
