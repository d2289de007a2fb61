/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "parameters.h"

#include <syncline/error.h>

static SynclineValue
integer_value (gint64 integer)
{
  return (SynclineValue){ .type = SYNCLINE_VALUE_INTEGER, .integer = integer };
}

static gboolean
set_type_error (GVariant *variant, GError **error)
{
  g_set_error (
      error, SYNCLINE_ERROR, SYNCLINE_ERROR_INVALID_ARGUMENT,
      "A parameter of type \"%s\" fits no cell; use booleans, integers, doubles, strings, byte "
      "strings (ay), or an empty maybe for NULL",
      g_variant_get_type_string (variant));
  return FALSE;
}

static gboolean
convert_bytes (GVariant *variant, SynclineValue *out_value, GError **error)
{
  gsize length = 0;

  if (!g_variant_is_of_type (variant, G_VARIANT_TYPE_BYTESTRING))
    return set_type_error (variant, error);
  *out_value = (SynclineValue){ .type = SYNCLINE_VALUE_BLOB };
  out_value->text = g_variant_get_fixed_array (variant, &length, 1);
  out_value->length = (gssize) length;
  return TRUE;
}

/* Boxes and maybes may be nested as deep as the caller likes; only the innermost counts. */
static gboolean
convert (SynclineParameters *self, GVariant *variant, SynclineValue *out_value, GError **error)
{
  gsize length = 0;

  switch (g_variant_classify (variant))
    {
    case G_VARIANT_CLASS_BOOLEAN:
      *out_value = integer_value (g_variant_get_boolean (variant));
      return TRUE;
    case G_VARIANT_CLASS_BYTE:
      *out_value = integer_value (g_variant_get_byte (variant));
      return TRUE;
    case G_VARIANT_CLASS_INT16:
      *out_value = integer_value (g_variant_get_int16 (variant));
      return TRUE;
    case G_VARIANT_CLASS_UINT16:
      *out_value = integer_value (g_variant_get_uint16 (variant));
      return TRUE;
    case G_VARIANT_CLASS_INT32:
      *out_value = integer_value (g_variant_get_int32 (variant));
      return TRUE;
    case G_VARIANT_CLASS_UINT32:
      *out_value = integer_value (g_variant_get_uint32 (variant));
      return TRUE;
    case G_VARIANT_CLASS_INT64:
      *out_value = integer_value (g_variant_get_int64 (variant));
      return TRUE;
    case G_VARIANT_CLASS_DOUBLE:
      *out_value = (SynclineValue){ .type = SYNCLINE_VALUE_REAL };
      out_value->real = g_variant_get_double (variant);
      return TRUE;
    case G_VARIANT_CLASS_STRING:
      *out_value = (SynclineValue){ .type = SYNCLINE_VALUE_TEXT };
      out_value->text = g_variant_get_string (variant, &length);
      out_value->length = (gssize) length;
      return TRUE;
    case G_VARIANT_CLASS_ARRAY:
      return convert_bytes (variant, out_value, error);
    case G_VARIANT_CLASS_VARIANT:
    case G_VARIANT_CLASS_MAYBE:
      {
        if (g_variant_n_children (variant) == 0)
          {
            *out_value = (SynclineValue){ .type = SYNCLINE_VALUE_NULL };
            return TRUE;
          }
        GVariant *child = g_variant_get_child_value (variant, 0);
        g_ptr_array_add (self->owner, child);
        return convert (self, child, out_value, error);
      }
    default:
      return set_type_error (variant, error);
    }
}

static gboolean
append (SynclineParameters *self, GVariant *variant, GError **error)
{
  SynclineValue value;

  g_ptr_array_add (self->owner, variant);
  if (!convert (self, variant, &value, error))
    return FALSE;
  g_array_append_val (self->values, value);
  return TRUE;
}

static gboolean
append_named (SynclineParameters *self, GVariant *dictionary, GError **error)
{
  GVariantIter iter;
  const char *name;
  GVariant *value;

  self->names = g_ptr_array_new_with_free_func (g_free);
  g_variant_iter_init (&iter, dictionary);
  while (g_variant_iter_next (&iter, "{&sv}", &name, &value))
    {
      g_ptr_array_add (self->names, g_ascii_isalnum (name[0]) || name[0] == '_'
                                        ? g_strconcat (":", name, NULL)
                                        : g_strdup (name));
      if (!append (self, value, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
syncline_parameters_init (SynclineParameters *self, GVariant *parameters, GError **error)
{
  self->values = g_array_new (FALSE, FALSE, sizeof (SynclineValue));
  self->names = NULL;
  self->owner = g_ptr_array_new_with_free_func ((GDestroyNotify) g_variant_unref);
  if (parameters == NULL)
    return TRUE;

  g_ptr_array_add (self->owner, g_variant_ref_sink (parameters));
  if (g_variant_is_of_type (parameters, G_VARIANT_TYPE_VARDICT))
    return append_named (self, parameters, error);
  if (!g_variant_is_container (parameters))
    return append (self, g_variant_ref (parameters), error);
  for (gsize i = 0; i < g_variant_n_children (parameters); i++)
    if (!append (self, g_variant_get_child_value (parameters, i), error))
      return FALSE;
  return TRUE;
}

void
syncline_parameters_clear (SynclineParameters *self)
{
  g_clear_pointer (&self->values, g_array_unref);
  g_clear_pointer (&self->names, g_ptr_array_unref);
  g_clear_pointer (&self->owner, g_ptr_array_unref);
}

SynclineStatement
syncline_parameters_to_statement (const SynclineParameters *self, const char *sql)
{
  return (SynclineStatement){
    .sql = sql,
    .n_values = self->values->len,
    .values = (const SynclineValue *) (void *) self->values->data,
    .names = self->names != NULL ? (const char *const *) self->names->pdata : NULL,
  };
}
