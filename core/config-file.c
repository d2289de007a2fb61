/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "config-private.h"

#include <errno.h>
#include <string.h>

#include "read-file.h"
#include "setup.h"
#include "types-private.h"

static SynclineKeyfile *
read_keyfile (const char *path, SynclineFaults *faults)
{
  gsize length;
  g_autofree char *reason = NULL;
  char *data = syncline_read_file (path, SYNCLINE_READ_FILE_LIMIT, &length, NULL, &reason);

  if (data == NULL)
    {
      syncline_faults_add (faults, path, 0, NULL, NULL, "the file can't be read: %s", reason);
      return NULL;
    }
  SynclineKeyfile *keyfile = syncline_keyfile_parse (data, length, path, faults);
  explicit_bzero (data, length);
  g_free (data);
  return keyfile;
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* PATH.d/NAME.conf, by name: for packages, and for administrators who leave the main file alone. */
static void
merge_drop_ins (SynclineKeyfile *keyfile, const char *path, SynclineFaults *faults)
{
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *directory = g_strconcat (path, ".d", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GDir) dir = g_dir_open (directory, 0, &error);
  const char *name;

  if (dir == NULL)
    {
      if (!g_error_matches (error, G_FILE_ERROR, G_FILE_ERROR_NOENT))
        syncline_faults_add (faults, directory, 0, NULL, NULL, "the folder can't be read: %s",
                             error->message);
      return;
    }
  while ((name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_suffix (name, ".conf") && *name != '.')
      g_ptr_array_add (files, g_build_filename (directory, name, NULL));
  g_ptr_array_sort (files, compare_names);

  for (guint i = 0; i < files->len; i++)
    {
      SynclineKeyfile *drop_in = read_keyfile (g_ptr_array_index (files, i), faults);
      if (drop_in != NULL)
        syncline_keyfile_merge (keyfile, drop_in);
    }
}

static void
expand_variables (SynclineKeyfile *keyfile, SynclineFaults *faults)
{
  for (guint i = 0; i < keyfile->groups->len; i++)
    {
      const SynclineKeyfileGroup *group = g_ptr_array_index (keyfile->groups, i);

      for (guint j = 0; j < group->entries->len; j++)
        {
          SynclineKeyfileEntry *entry = g_ptr_array_index (group->entries, j);
          g_autofree char *fault = NULL;
          char *expanded = syncline_variables_expand (entry->value, &fault);

          if (expanded == NULL)
            {
              syncline_faults_add (faults, entry->file, entry->line, group->name, entry->key, "%s",
                                   fault);
              entry->faulty = TRUE;
              continue;
            }
          syncline_secret_free (entry->value);
          entry->value = expanded;
        }
    }
}

/* Takes @keyfile. */
static SynclineConfig *
make_config (const char *name,
             const char *directory,
             SynclineKeyfile *keyfile,
             SynclineFaults *faults,
             GError **error)
{
  expand_variables (keyfile, faults);
  g_autoptr (SynclineConfig) config = syncline_config_new_take (name, directory, keyfile);
  if (syncline_faults_get_length (faults) == 0)
    return g_steal_pointer (&config);

  /* The file has to be mended anyway: tell at once what the full check would find in the rest of it. */
  syncline_setup_free (syncline_setup_new_with_faults (config, faults));
  syncline_faults_check (faults, error);
  return NULL;
}

SynclineConfig *
syncline_config_new_from_file (const char *path, GError **error)
{
  g_return_val_if_fail (path != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  g_autoptr (SynclineFaults) faults = syncline_faults_new ();
  SynclineKeyfile *keyfile = read_keyfile (path, faults);
  if (keyfile == NULL)
    {
      syncline_faults_check (faults, error);
      return NULL;
    }
  merge_drop_ins (keyfile, path, faults);
  g_autofree char *directory = g_path_get_dirname (path);
  return make_config (path, directory, keyfile, faults, error);
}

SynclineConfig *
syncline_config_new_from_data (
    const char *data, gssize length, const char *name, const char *directory, GError **error)
{
  g_return_val_if_fail (data != NULL, NULL);
  g_return_val_if_fail (name != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  g_autoptr (SynclineFaults) faults = syncline_faults_new ();
  SynclineKeyfile *keyfile
      = syncline_keyfile_parse (data, length < 0 ? strlen (data) : (gsize) length, name, faults);
  return make_config (name, directory, keyfile, faults, error);
}
