/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "option-value.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "nearest.h"
#include "types-private.h"

/* More of a wrong value does not help to find it. */
#define LONGEST_SHOWN 60

/* A number's unit, biggest first. */
typedef struct
{
  const char *name;
  gint64 factor;
} Unit;

static const Unit durations[] = {
  { "d", G_TIME_SPAN_DAY },    { "h", G_TIME_SPAN_HOUR },         { "min", G_TIME_SPAN_MINUTE },
  { "s", G_TIME_SPAN_SECOND }, { "ms", G_TIME_SPAN_MILLISECOND }, { NULL, 0 },
};

static const Unit sizes[] = {
  { "G", 1024 * 1024 * 1024 }, { "M", 1024 * 1024 }, { "K", 1024 }, { "", 1 }, { NULL, 0 },
};

static const Unit integers[] = { { "", 1 }, { NULL, 0 } };

static const Unit *
units_of (SynclineOptionType type)
{
  switch (type)
    {
    case SYNCLINE_OPTION_DURATION:
      return durations;
    case SYNCLINE_OPTION_SIZE:
      return sizes;
    default:
      return integers;
    }
}

gsize
syncline_option_field_size (SynclineOptionType type)
{
  switch (type)
    {
    case SYNCLINE_OPTION_STRING:
    case SYNCLINE_OPTION_PATH:
    case SYNCLINE_OPTION_URL:
      return sizeof (char *);
    case SYNCLINE_OPTION_INTEGER:
    case SYNCLINE_OPTION_DURATION:
    case SYNCLINE_OPTION_SIZE:
      return sizeof (gint64);
    case SYNCLINE_OPTION_BOOLEAN:
      return sizeof (gboolean);
    case SYNCLINE_OPTION_CHOICE:
      return sizeof (int);
    case SYNCLINE_OPTION_LIST:
      return sizeof (char **);
    }
  return 0;
}

/* The value in quotes, or as much of it as may be shown. */
static char *
show (const SynclineOption *option, const char *text)
{
  if ((option->flags & SYNCLINE_OPTION_SECRET) != 0)
    return g_strdup ("the value");
  if (strlen (text) <= LONGEST_SHOWN)
    return g_strdup_printf ("\"%s\"", text);

  const char *end = g_utf8_find_prev_char (text, text + LONGEST_SHOWN);
  return g_strdup_printf ("\"%.*s…\"", (int) (end - text), text);
}

/* --- Numbers --------------------------------------------------------------------------------- */

static char *
format_number (const Unit *units, gint64 number)
{
  if (number == 0)
    return g_strdup ("0");
  while (units[1].name != NULL && number % units->factor != 0)
    units++;
  return g_strdup_printf ("%" G_GINT64_FORMAT "%s", number / units->factor, units->name);
}

static const char *
describe_number (SynclineOptionType type)
{
  switch (type)
    {
    case SYNCLINE_OPTION_DURATION:
      return "a duration such as 250ms, 30s, 5min, 2h or 1d";
    case SYNCLINE_OPTION_SIZE:
      return "a size in bytes such as 500, 64K, 10M or 1G";
    default:
      return "a whole number";
    }
}

static gboolean
has_range (const SynclineOption *option)
{
  return option->minimum != 0 || option->maximum != 0;
}

char *
syncline_option_describe_range (const SynclineOption *option)
{
  const Unit *units = units_of (option->type);
  g_autofree char *minimum = format_number (units, option->minimum);
  g_autofree char *maximum = format_number (units, option->maximum);

  if (!has_range (option))
    return g_strdup ("");
  if (option->maximum == G_MAXINT64)
    return g_strdup_printf (", %s or more", minimum);
  if (option->minimum == G_MININT64)
    return g_strdup_printf (", %s or less", maximum);
  return g_strdup_printf (", from %s to %s", minimum, maximum);
}

static char *
complain_of_number (const SynclineOption *option, const char *text, const char *what)
{
  g_autofree char *shown = show (option, text);
  g_autofree char *range = syncline_option_describe_range (option);

  return g_strdup_printf ("%s %s; write %s%s", shown, what, describe_number (option->type), range);
}

/* Finds the factor of what follows the digits; FALSE for what is no unit. */
static gboolean
read_unit (SynclineOptionType type, const char *suffix, gint64 *out_factor)
{
  const Unit *units = units_of (type);

  *out_factor = type == SYNCLINE_OPTION_DURATION ? G_TIME_SPAN_SECOND : 1;
  if (*suffix == '\0')
    return TRUE;
  for (; units->name != NULL; units++)
    if (type == SYNCLINE_OPTION_SIZE ? g_ascii_strcasecmp (suffix, units->name) == 0
                                     : strcmp (suffix, units->name) == 0)
      {
        *out_factor = units->factor;
        return TRUE;
      }
  return FALSE;
}

static gboolean
parse_number (const SynclineOption *option, const char *text, gint64 *out_number, char **out_fault)
{
  const gboolean may_be_negative = option->type == SYNCLINE_OPTION_INTEGER;
  const char *digits = *text == '-' && may_be_negative ? text + 1 : text;
  char *end;
  gint64 factor;

  if (!g_ascii_isdigit (*digits))
    {
      *out_fault = complain_of_number (option, text, "is not what is wanted");
      return FALSE;
    }
  errno = 0;
  gint64 number = g_ascii_strtoll (text, &end, 10);
  const gboolean overflows = errno == ERANGE;
  while (g_ascii_isspace (*end))
    end++;
  if (!read_unit (option->type, end, &factor))
    {
      *out_fault = complain_of_number (option, text, "has something else after the number");
      return FALSE;
    }
  if (overflows || __builtin_mul_overflow (number, factor, &number)
      || (has_range (option) && (number < option->minimum || number > option->maximum)))
    {
      *out_fault = complain_of_number (option, text, "is out of range");
      return FALSE;
    }
  *out_number = number;
  return TRUE;
}

/* --- Words ----------------------------------------------------------------------------------- */

static gboolean
parse_boolean (const SynclineOption *option,
               const char *text,
               gboolean *out_value,
               char **out_fault)
{
  static const char *const words[][2]
      = { { "false", "true" }, { "no", "yes" }, { "off", "on" }, { "0", "1" } };

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    for (int value = 0; value < 2; value++)
      if (g_ascii_strcasecmp (text, words[i][value]) == 0)
        {
          *out_value = value;
          return TRUE;
        }
  g_autofree char *shown = show (option, text);
  *out_fault = g_strdup_printf ("%s is neither true nor false; write one of them", shown);
  return FALSE;
}

static gboolean
parse_choice (const SynclineOption *option, const char *text, int *out_index, char **out_fault)
{
  g_autoptr (GPtrArray) words = g_ptr_array_new ();

  for (int i = 0; option->choices[i] != NULL; i++)
    {
      if (strcmp (text, option->choices[i]) == 0)
        {
          *out_index = i;
          return TRUE;
        }
      g_ptr_array_add (words, (gpointer) option->choices[i]);
    }
  g_autofree char *shown = show (option, text);
  g_autofree char *advice = syncline_nearest_advice (text, words, "allowed are");
  *out_fault = g_strdup_printf ("%s is not one of the choices; %s", shown, advice);
  return FALSE;
}

static gboolean
parse_list (const char *text, char ***out_words, char **out_fault)
{
  if (*text == '\0')
    {
      *out_words = g_new0 (char *, 1);
      return TRUE;
    }

  g_auto (GStrv) words = g_strsplit (text, ",", -1);
  for (guint i = 0; words[i] != NULL; i++)
    if (*g_strstrip (words[i]) == '\0')
      {
        *out_fault
            = g_strdup ("a word of the list is empty; write words with single commas between them");
        return FALSE;
      }
  *out_words = g_steal_pointer (&words);
  return TRUE;
}

/* --- Places ---------------------------------------------------------------------------------- */

char *
syncline_option_resolve_path (const char *path, const char *directory)
{
  if (strcmp (path, "~") == 0)
    return g_strdup (g_get_home_dir ());
  if (g_str_has_prefix (path, "~/"))
    return g_build_filename (g_get_home_dir (), path + 2, NULL);
  if (g_path_is_absolute (path))
    return g_strdup (path);
  return g_build_filename (directory, path, NULL);
}

static gboolean
parse_path (const char *text, const char *directory, char **out_path, char **out_fault)
{
  if (*text == '"' || *text == '\'')
    {
      *out_fault = g_strdup ("the file name stands in quotes; write it without");
      return FALSE;
    }
  *out_path = syncline_option_resolve_path (text, directory);
  return TRUE;
}

static const char *
find_flaw_of_url (const char *text)
{
  g_autoptr (GUri) uri = g_uri_parse (text, G_URI_FLAGS_NONE, NULL);

  if (uri == NULL)
    return "is not a URL";
  if (strcmp (g_uri_get_scheme (uri), "http") != 0 && strcmp (g_uri_get_scheme (uri), "https") != 0)
    return "is not an http or https URL";
  if (g_uri_get_host (uri) == NULL || *g_uri_get_host (uri) == '\0')
    return "names no host";
  if (g_uri_get_userinfo (uri) != NULL)
    return "holds a user name or password, which would show up in logs";
  if (g_uri_get_query (uri) != NULL || g_uri_get_fragment (uri) != NULL)
    return "has a query or a fragment, to which no path can be appended";
  return NULL;
}

static gboolean
parse_url (const SynclineOption *option, const char *text, char **out_url, char **out_fault)
{
  const char *flaw = find_flaw_of_url (text);

  if (flaw != NULL)
    {
      /* What stands before an @ may be a password. */
      g_autofree char *shown
          = strchr (text, '@') != NULL ? g_strdup ("the URL") : show (option, text);
      *out_fault
          = g_strdup_printf ("%s %s; write one such as https://example.com/path", shown, flaw);
      return FALSE;
    }

  gsize length = strlen (text);
  while (text[length - 1] == '/')
    length--;
  *out_url = g_strndup (text, length);
  return TRUE;
}

/* --- Any ------------------------------------------------------------------------------------- */

gboolean
syncline_option_parse (const SynclineOption *option,
                       const char *text,
                       const char *directory,
                       gpointer field,
                       char **out_fault)
{
  switch (option->type)
    {
    case SYNCLINE_OPTION_STRING:
      *(char **) field = g_strdup (text);
      return TRUE;
    case SYNCLINE_OPTION_PATH:
      return parse_path (text, directory, field, out_fault);
    case SYNCLINE_OPTION_URL:
      return parse_url (option, text, field, out_fault);
    case SYNCLINE_OPTION_INTEGER:
    case SYNCLINE_OPTION_DURATION:
    case SYNCLINE_OPTION_SIZE:
      return parse_number (option, text, field, out_fault);
    case SYNCLINE_OPTION_BOOLEAN:
      return parse_boolean (option, text, field, out_fault);
    case SYNCLINE_OPTION_CHOICE:
      return parse_choice (option, text, field, out_fault);
    case SYNCLINE_OPTION_LIST:
      return parse_list (text, field, out_fault);
    }
  g_return_val_if_reached (FALSE);
}

void
syncline_option_clear (const SynclineOption *option, gpointer field)
{
  const gboolean secret = (option->flags & SYNCLINE_OPTION_SECRET) != 0;

  switch (option->type)
    {
    case SYNCLINE_OPTION_STRING:
    case SYNCLINE_OPTION_PATH:
    case SYNCLINE_OPTION_URL:
      if (secret)
        syncline_secret_free (*(char **) field);
      else
        g_free (*(char **) field);
      break;
    case SYNCLINE_OPTION_LIST:
      for (char **word = *(char ***) field; secret && word != NULL && *word != NULL; word++)
        explicit_bzero (*word, strlen (*word));
      g_strfreev (*(char ***) field);
      break;
    default:
      break;
    }
  memset (field, 0, syncline_option_field_size (option->type));
}
