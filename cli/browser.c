/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "cli/browser.h"

gboolean
cli_open_browser (const char *url, GError **error)
{
  const char *browser = g_getenv ("BROWSER");

  if (browser == NULL || *browser == '\0')
    return g_app_info_launch_default_for_uri (url, NULL, error);

  g_auto (GStrv) words = NULL;
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  if (!g_shell_parse_argv (browser, NULL, &words, error))
    return FALSE;
  g_strv_builder_addv (builder, (const char **) words);
  g_strv_builder_add (builder, url);
  g_auto (GStrv) command = g_strv_builder_end (builder);
  g_autoptr (GSubprocess) process
      = g_subprocess_newv ((const char *const *) command, G_SUBPROCESS_FLAGS_STDOUT_SILENCE, error);
  return process != NULL;
}
