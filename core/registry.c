/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include <syncline/registry.h>

#include <stdlib.h>
#include <string.h>

#include "log.h"
#include "module.h"
#include "nearest.h"
#include "options.h"

#define SUFFIX ".so"

/* Recursive: a module that is being loaded may register more. */
static GRecMutex lock;
/* From name to const SynclinePlugin. */
static GHashTable *added;
static GHashTable *loaded;

static void
init_tables (void)
{
  if (added != NULL)
    return;
  added = g_hash_table_new (g_str_hash, g_str_equal);
  loaded = g_hash_table_new (g_str_hash, g_str_equal);
}

gboolean
syncline_registry_add (const SynclinePlugin *plugin, GError **error)
{
  g_return_val_if_fail (plugin != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (!syncline_descriptor_check (plugin, NULL, "registered in code", error))
    return FALSE;

  g_autoptr (GRecMutexLocker) locker = g_rec_mutex_locker_new (&lock);
  init_tables ();
  const SynclinePlugin *other = g_hash_table_lookup (added, plugin->name);
  if (other != NULL && other != plugin)
    {
      g_set_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_PLUGIN,
                   "another plugin is already registered as \"%s\"", plugin->name);
      return FALSE;
    }
  g_hash_table_insert (added, (gpointer) plugin->name, (gpointer) plugin);
  return TRUE;
}

/* --- Directories ----------------------------------------------------------------------------- */

static GStrv
list_directories (void)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  /* Not for programs that run with more rights than their caller. */
  const char *path = secure_getenv ("SYNCLINE_PLUGIN_PATH");
  g_auto (GStrv) parts = g_strsplit (path != NULL ? path : "", ":", -1);

  for (guint i = 0; parts[i] != NULL; i++)
    if (*parts[i] != '\0')
      g_strv_builder_add (builder, parts[i]);
  g_strv_builder_add (builder, SYNCLINE_PLUGIN_DIR);
  return g_strv_builder_end (builder);
}

static void
add_name (GPtrArray *names, const char *name, gsize length)
{
  g_autofree char *copy = g_strndup (name, length);

  if (syncline_options_is_name (copy)
      && !g_ptr_array_find_with_equal_func (names, copy, g_str_equal, NULL))
    g_ptr_array_add (names, g_steal_pointer (&copy));
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* The names that can be asked for, sorted; what they stand for may still be unusable. */
static GPtrArray *
list_names (const GStrv directories)
{
  GPtrArray *names = g_ptr_array_new_with_free_func (g_free);
  GHashTableIter iter;
  gpointer key;

  g_hash_table_iter_init (&iter, added);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    add_name (names, key, strlen (key));
  for (guint i = 0; directories[i] != NULL; i++)
    {
      g_autoptr (GDir) dir = g_dir_open (directories[i], 0, NULL);
      const char *file;

      while (dir != NULL && (file = g_dir_read_name (dir)) != NULL)
        if (g_str_has_suffix (file, SUFFIX))
          add_name (names, file, strlen (file) - strlen (SUFFIX));
    }
  g_ptr_array_sort (names, compare_names);
  return names;
}

/* --- Finding --------------------------------------------------------------------------------- */

static void
set_not_found (GError **error, const char *name, const GStrv directories)
{
  g_autofree char *places = g_strjoinv (", ", directories);
  g_autoptr (GPtrArray) names = list_names (directories);
  g_autofree char *advice = syncline_nearest_advice (name, names, "there are");

  if (!syncline_options_is_name (name))
    g_set_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_PLUGIN,
                 "\"%s\" is no name of a plugin, which is made of a-z, 0-9 and dashes%s%s", name,
                 advice != NULL ? "; " : "", advice != NULL ? advice : "");
  else
    g_set_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_PLUGIN,
                 "there is no plugin \"%s\": it is not registered, and %s" SUFFIX
                 " is not in %s%s%s",
                 name, name, places, advice != NULL ? "; " : "", advice != NULL ? advice : "");
}

static const SynclinePlugin *
load (const char *name, const GStrv directories, GError **error)
{
  g_autofree char *file = g_strconcat (name, SUFFIX, NULL);

  for (guint i = 0; directories[i] != NULL; i++)
    {
      g_autofree char *path = g_build_filename (directories[i], file, NULL);

      /* One that is there, but broken, is not passed over: that would be a surprise. */
      if (!g_file_test (path, G_FILE_TEST_EXISTS) && !g_file_test (path, G_FILE_TEST_IS_SYMLINK))
        continue;
      const SynclinePlugin *plugin = syncline_module_load (path, name, error);
      if (plugin != NULL)
        g_hash_table_insert (loaded, (gpointer) plugin->name, (gpointer) plugin);
      return plugin;
    }
  set_not_found (error, name, directories);
  return NULL;
}

const SynclinePlugin *
syncline_registry_find (const char *name, GError **error)
{
  g_return_val_if_fail (name != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  g_autoptr (GRecMutexLocker) locker = g_rec_mutex_locker_new (&lock);
  init_tables ();
  const SynclinePlugin *plugin = g_hash_table_lookup (added, name);
  if (plugin == NULL)
    plugin = g_hash_table_lookup (loaded, name);
  if (plugin != NULL)
    return plugin;

  g_auto (GStrv) directories = list_directories ();
  /* Names become file names, so nothing else gets that far. */
  if (syncline_options_is_name (name))
    return load (name, directories, error);
  set_not_found (error, name, directories);
  return NULL;
}

GPtrArray *
syncline_registry_list (void)
{
  g_autoptr (GRecMutexLocker) locker = g_rec_mutex_locker_new (&lock);
  GPtrArray *plugins = g_ptr_array_new ();

  init_tables ();
  g_auto (GStrv) directories = list_directories ();
  g_autoptr (GPtrArray) names = list_names (directories);
  for (guint i = 0; i < names->len; i++)
    {
      g_autoptr (GError) error = NULL;
      const SynclinePlugin *plugin = syncline_registry_find (g_ptr_array_index (names, i), &error);

      if (plugin != NULL)
        g_ptr_array_add (plugins, (gpointer) plugin);
      else
        syncline_log ("registry", G_LOG_LEVEL_WARNING, "%s", error->message);
    }
  return plugins;
}
