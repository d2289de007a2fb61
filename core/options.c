/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "options.h"

#include <string.h>

#include "log.h"
#include "nearest.h"
#include "option-value.h"
#include "secret-file.h"
#include "types-private.h"

#define FILE_SUFFIX "-file"
/* No table is this long: it lacks its end. */
#define LONGEST_TABLE 1000

/* What the functions below share while a group is read. */
typedef struct
{
  const SynclineOption *options;
  gpointer target;
  const SynclineOptionSource *source;
  SynclineFaults *faults;
} Filler;

/* --- Finding --------------------------------------------------------------------------------- */

static const SynclineOption *
find_option (const SynclineOption *options, const char *name)
{
  for (; options != NULL && options->name != NULL; options++)
    if (strcmp (options->name, name) == 0)
      return options;
  return NULL;
}

/* The secret that `KEY-file` names a file for. A table that declares such a key itself means its own. */
static const SynclineOption *
find_secret (const SynclineOption *options, const char *key)
{
  if (!g_str_has_suffix (key, FILE_SUFFIX) || find_option (options, key) != NULL)
    return NULL;
  g_autofree char *name = g_strndup (key, strlen (key) - strlen (FILE_SUFFIX));
  const SynclineOption *option = find_option (options, name);
  return option != NULL && (option->flags & SYNCLINE_OPTION_SECRET) != 0 ? option : NULL;
}

static SynclineKeyfileEntry *
find_entry (const Filler *filler, const char *key)
{
  return filler->source->group != NULL ? syncline_keyfile_group_find (filler->source->group, key)
                                       : NULL;
}

static SynclineKeyfileEntry *
find_file_entry (const Filler *filler, const SynclineOption *option)
{
  g_autofree char *key = g_strconcat (option->name, FILE_SUFFIX, NULL);
  return find_secret (filler->options, key) == option ? find_entry (filler, key) : NULL;
}

static GPtrArray *
list_keys (const SynclineOption *options)
{
  GPtrArray *keys = g_ptr_array_new_with_free_func (g_free);

  for (const SynclineOption *option = options; option != NULL && option->name != NULL; option++)
    {
      g_ptr_array_add (keys, g_strdup (option->name));
      if ((option->flags & SYNCLINE_OPTION_SECRET) != 0)
        g_ptr_array_add (keys, g_strconcat (option->name, FILE_SUFFIX, NULL));
    }
  return keys;
}

/* --- Filling --------------------------------------------------------------------------------- */

static void
add_fault (const Filler *filler, const SynclineKeyfileEntry *entry, const char *message)
{
  syncline_faults_add (filler->faults, entry->file, entry->line, filler->source->name, entry->key,
                       "%s", message);
}

static void
warn_of_entry (const Filler *filler, const SynclineKeyfileEntry *entry, const char *message)
{
  g_autofree char *where = entry->file != NULL ? g_strdup_printf ("%s:%u", entry->file, entry->line)
                                               : g_strdup ("(set in code)");
  syncline_log ("config", G_LOG_LEVEL_WARNING, "%s: [%s] %s: %s", where, filler->source->name,
                entry->key, message);
}

static gboolean
parse (const Filler *filler, const SynclineOption *option, const char *text, char **out_fault)
{
  gpointer field = G_STRUCT_MEMBER_P (filler->target, option->offset);
  const gboolean secret = (option->flags & SYNCLINE_OPTION_SECRET) != 0;

  if (secret)
    syncline_log_add_secret (text);
  if (!syncline_option_parse (option, text, filler->source->directory, field, out_fault))
    return FALSE;
  if (secret && option->type == SYNCLINE_OPTION_LIST)
    for (char **item = *(char ***) field; *item != NULL; item++)
      syncline_log_add_secret (*item);
  return TRUE;
}

static void
use_default (const Filler *filler, const SynclineOption *option)
{
  g_autofree char *fault = NULL;

  /* That defaults are sound was checked with the table. */
  if (option->default_value != NULL && !parse (filler, option, option->default_value, &fault))
    g_critical ("[%s] %s: the default: %s", filler->source->name, option->name, fault);
}

static void
complain_of_missing (const Filler *filler, const SynclineOption *option)
{
  const SynclineKeyfileGroup *group = filler->source->group;
  const char *alternative
      = (option->flags & SYNCLINE_OPTION_SECRET) != 0 ? ", or name a file that holds it" : "";

  syncline_faults_add (filler->faults, group != NULL ? group->file : filler->source->file,
                       group != NULL ? group->line : 0, filler->source->name, option->name,
                       "not set, but required (%s); set it%s", option->summary, alternative);
}

/* An empty value is as good as none, so that `${NAME:-}` can leave a key out; but where a text or a list
 * has a default, it is the way to say "nothing instead". */
static gboolean
means_unset (const SynclineOption *option, const char *value)
{
  const gboolean can_be_empty
      = option->type == SYNCLINE_OPTION_STRING || option->type == SYNCLINE_OPTION_LIST;

  return *value == '\0' && (!can_be_empty || option->default_value == NULL);
}

static void
use_entry (const Filler *filler, const SynclineOption *option, const SynclineKeyfileEntry *entry)
{
  g_autofree char *fault = NULL;

  if ((option->flags & SYNCLINE_OPTION_DEPRECATED) != 0)
    {
      g_autofree char *message = g_strdup_printf ("deprecated (%s)", option->summary);
      warn_of_entry (filler, entry, message);
    }
  if (!parse (filler, option, entry->value, &fault))
    add_fault (filler, entry, fault);
}

static void
use_file (const Filler *filler, const SynclineOption *option, const SynclineKeyfileEntry *entry)
{
  g_autofree char *fault = NULL;
  g_autofree char *warning = NULL;
  char *secret
      = syncline_secret_file_read (entry->value, filler->source->directory, &warning, &fault);

  if (secret == NULL || !parse (filler, option, secret, &fault))
    add_fault (filler, entry, fault);
  if (warning != NULL)
    warn_of_entry (filler, entry, warning);
  syncline_secret_free (secret);
}

static void
fill_option (const Filler *filler, const SynclineOption *option)
{
  const SynclineKeyfileEntry *entry = find_entry (filler, option->name);
  const SynclineKeyfileEntry *file = find_file_entry (filler, option);

  if ((entry != NULL && entry->faulty) || (file != NULL && file->faulty))
    return;
  if (entry != NULL && means_unset (option, entry->value))
    entry = NULL;
  if (file != NULL && *file->value == '\0')
    file = NULL;

  if (entry != NULL && file != NULL)
    {
      g_autofree char *message
          = g_strdup_printf ("%s is set, too; remove one of the two", entry->key);
      add_fault (filler, file, message);
    }
  else if (entry != NULL)
    use_entry (filler, option, entry);
  else if (file != NULL)
    use_file (filler, option, file);
  else if ((option->flags & SYNCLINE_OPTION_REQUIRED) != 0)
    complain_of_missing (filler, option);
  else
    use_default (filler, option);
}

static void
check_keys (const Filler *filler)
{
  g_autoptr (GPtrArray) keys = list_keys (filler->options);
  const GPtrArray *entries = filler->source->group->entries;

  for (guint i = 0; i < entries->len; i++)
    {
      const SynclineKeyfileEntry *entry = g_ptr_array_index (entries, i);

      if (find_option (filler->options, entry->key) != NULL
          || find_secret (filler->options, entry->key) != NULL)
        continue;
      g_autofree char *advice
          = syncline_nearest_advice (entry->key, keys, "the keys of this group are");
      g_autofree char *message = g_strdup_printf (
          "unknown key; %s", advice != NULL ? advice : "this group takes no keys");
      add_fault (filler, entry, message);
    }
}

void
syncline_options_fill (const SynclineOption *options,
                       gpointer target,
                       const SynclineOptionSource *source,
                       SynclineFaults *faults)
{
  const Filler filler
      = { .options = options, .target = target, .source = source, .faults = faults };

  for (const SynclineOption *option = options; option != NULL && option->name != NULL; option++)
    fill_option (&filler, option);
  if (source->group != NULL)
    check_keys (&filler);
}

void
syncline_options_clear (const SynclineOption *options, gpointer target)
{
  for (; options != NULL && options->name != NULL; options++)
    syncline_option_clear (options, G_STRUCT_MEMBER_P (target, options->offset));
}

/* --- Tables ---------------------------------------------------------------------------------- */

gboolean
syncline_options_is_name (const char *name)
{
  if (!g_ascii_islower (*name))
    return FALSE;
  for (; *name != '\0'; name++)
    if (!g_ascii_islower (*name) && !g_ascii_isdigit (*name) && *name != '-')
      return FALSE;
  return TRUE;
}

static char *
find_flaw_of_default (const SynclineOption *option)
{
  union
  {
    gint64 number;
    gpointer pointer;
  } field = { 0 };
  char *fault = NULL;

  if (option->default_value == NULL)
    return NULL;
  if ((option->flags & SYNCLINE_OPTION_REQUIRED) != 0)
    return g_strdup ("it is required and has a default");
  if (syncline_option_parse (option, option->default_value, "/", &field, &fault))
    syncline_option_clear (option, &field);
  return fault;
}

static char *
find_flaw_of_option (const SynclineOption *option, gsize size)
{
  const gsize field = syncline_option_field_size (option->type);

  if (!syncline_options_is_name (option->name))
    return g_strdup ("its name is not made of a-z, 0-9 and dashes");
  if (field == 0)
    return g_strdup ("it has no known type");
  if (option->offset > size || size - option->offset < field || option->offset % field != 0)
    return g_strdup_printf ("its field, %zu bytes from %zu, does not lie in a struct of %zu bytes",
                            field, option->offset, size);
  if (option->minimum > option->maximum)
    return g_strdup ("its range is empty");
  if (option->type == SYNCLINE_OPTION_CHOICE
      && (option->choices == NULL || option->choices[0] == NULL))
    return g_strdup ("it has no choices");
  if ((option->flags & SYNCLINE_OPTION_SECRET) != 0 && option->type != SYNCLINE_OPTION_STRING
      && option->type != SYNCLINE_OPTION_LIST)
    return g_strdup ("it is secret, but neither a string nor a list");
  if (option->summary == NULL)
    return g_strdup ("it has no summary");
  return find_flaw_of_default (option);
}

char *
syncline_options_find_flaw (const SynclineOption *options, gsize size)
{
  for (const SynclineOption *option = options; option != NULL && option->name != NULL; option++)
    {
      g_autofree char *flaw = option - options >= LONGEST_TABLE
                                  ? g_strdup ("the table has no end")
                                  : find_flaw_of_option (option, size);
      if (flaw == NULL && find_option (options, option->name) != option)
        flaw = g_strdup ("it is there twice");
      if (flaw != NULL)
        return g_strdup_printf ("the option \"%s\" is unusable: %s", option->name, flaw);
    }
  return NULL;
}
