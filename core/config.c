/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "config-private.h"

#include "setup.h"

G_DEFINE_BOXED_TYPE (SynclineConfig, syncline_config, syncline_config_ref, syncline_config_unref)

SynclineConfig *
syncline_config_new_take (const char *name, const char *directory, SynclineKeyfile *keyfile)
{
  SynclineConfig *config = g_atomic_rc_box_new0 (SynclineConfig);

  config->name = g_strdup (name);
  /* Absolute, since the program may change its working directory before it opens what is named here;
   * not canonical, since `link/..` is not what it looks like. */
  g_autofree char *here = g_get_current_dir ();
  if (directory == NULL)
    config->directory = g_steal_pointer (&here);
  else if (g_path_is_absolute (directory))
    config->directory = g_strdup (directory);
  else
    config->directory = g_build_filename (here, directory, NULL);
  config->keyfile = keyfile;
  return config;
}

SynclineConfig *
syncline_config_new (void)
{
  return syncline_config_new_take (NULL, NULL, syncline_keyfile_new ());
}

SynclineConfig *
syncline_config_ref (SynclineConfig *config)
{
  return g_atomic_rc_box_acquire (config);
}

static void
syncline_config_clear (gpointer data)
{
  SynclineConfig *config = data;

  g_free (config->name);
  g_free (config->directory);
  syncline_keyfile_free (config->keyfile);
}

void
syncline_config_unref (SynclineConfig *config)
{
  g_atomic_rc_box_release_full (config, syncline_config_clear);
}

void
syncline_config_set (SynclineConfig *config, const char *group, const char *key, const char *value)
{
  g_return_if_fail (config != NULL);
  g_return_if_fail (group != NULL && *group != '\0');
  g_return_if_fail (key != NULL && *key != '\0');
  g_return_if_fail (value == NULL || g_utf8_validate (value, -1, NULL));

  syncline_keyfile_set (config->keyfile, group, key, value);
}

const char *
syncline_config_get (SynclineConfig *config, const char *group, const char *key)
{
  g_return_val_if_fail (config != NULL, NULL);
  g_return_val_if_fail (group != NULL, NULL);
  g_return_val_if_fail (key != NULL, NULL);

  const SynclineKeyfileGroup *found = syncline_keyfile_find (config->keyfile, group);
  const SynclineKeyfileEntry *entry
      = found != NULL ? syncline_keyfile_group_find (found, key) : NULL;
  return entry != NULL ? entry->value : NULL;
}

gboolean
syncline_config_check (SynclineConfig *config, GError **error)
{
  g_return_val_if_fail (config != NULL, FALSE);

  g_autoptr (SynclineSetup) setup = syncline_setup_new (config, error);
  return setup != NULL;
}
