/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "cli/cli.h"

SynclineConfig *
cli_load_config (const Cli *cli, GError **error)
{
  if (!g_file_test (cli->config_path, G_FILE_TEST_EXISTS))
    {
      g_set_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_CONFIG,
                   "%s: there is no such config file; 'syncline init' writes one, -c names another",
                   cli->config_path);
      return NULL;
    }
  return syncline_config_new_from_file (cli->config_path, error);
}

SynclineClient *
cli_load_client (const Cli *cli, GError **error)
{
  g_autoptr (SynclineConfig) config = cli_load_config (cli, error);

  if (config == NULL)
    return NULL;
  return syncline_client_new (config, error);
}

SynclineClient *
cli_open_client (const Cli *cli, GError **error)
{
  g_autoptr (SynclineClient) client = cli_load_client (cli, error);

  if (client == NULL || !syncline_client_open (client, NULL, error))
    return NULL;
  return g_steal_pointer (&client);
}
