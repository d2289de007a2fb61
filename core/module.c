/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "module.h"

#include <errno.h>
#include <gmodule.h>
#include <sys/stat.h>

#define SYMBOL "syncline_plugin"

/* The loader's own messages for these are obscure. */
static char *
find_flaw_of_file (const char *path)
{
  struct stat status;

  if (stat (path, &status) != 0)
    {
      const int failure = errno;
      g_autofree char *target = g_file_read_link (path, NULL);

      if (target != NULL)
        return g_strdup_printf ("it is a link to %s: %s", target, g_strerror (failure));
      return g_strdup (g_strerror (failure));
    }
  if (!S_ISREG (status.st_mode))
    return g_strdup ("it is no file");
  return NULL;
}

static const SynclinePlugin *
find_descriptor (GModule *module, const char *path, const char *name, GError **error)
{
  gpointer symbol;

  if (!g_module_symbol (module, SYMBOL, &symbol) || symbol == NULL)
    {
      g_set_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_PLUGIN,
                   "plugin %s can't be used: it does not export " SYMBOL
                   "; see SYNCLINE_PLUGIN_EXPORT",
                   path);
      return NULL;
    }
  return syncline_descriptor_check (symbol, name, path, error) ? symbol : NULL;
}

const SynclinePlugin *
syncline_module_load (const char *path, const char *name, GError **error)
{
  g_autofree char *flaw = find_flaw_of_file (path);
  g_autoptr (GError) reason = NULL;
  GModule *module
      = flaw == NULL ? g_module_open_full (path, G_MODULE_BIND_LAZY | G_MODULE_BIND_LOCAL, &reason)
                     : NULL;

  if (module == NULL)
    {
      g_set_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_PLUGIN, "plugin %s can't be loaded: %s",
                   path, flaw != NULL ? flaw : reason->message);
      return NULL;
    }
  const SynclinePlugin *plugin = find_descriptor (module, path, name, error);
  if (plugin == NULL)
    g_module_close (module);
  else
    /* It may register types and quarks, which GLib would go on pointing to. */
    g_module_make_resident (module);
  return plugin;
}
