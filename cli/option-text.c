/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "cli/option-text.h"
#include "core/option-value.h"

const char *
cli_option_type (const SynclineOption *option)
{
  switch (option->type)
    {
    case SYNCLINE_OPTION_STRING:
      return "string";
    case SYNCLINE_OPTION_PATH:
      return "path";
    case SYNCLINE_OPTION_URL:
      return "url";
    case SYNCLINE_OPTION_INTEGER:
      return "integer";
    case SYNCLINE_OPTION_DURATION:
      return "duration";
    case SYNCLINE_OPTION_SIZE:
      return "size";
    case SYNCLINE_OPTION_BOOLEAN:
      return "boolean";
    case SYNCLINE_OPTION_CHOICE:
      return "choice";
    case SYNCLINE_OPTION_LIST:
      return "list";
    }
  return "unknown";
}

gboolean
cli_option_has_range (const SynclineOption *option)
{
  return option->minimum != 0 || option->maximum != 0;
}

char *
cli_option_values (const SynclineOption *option)
{
  if (option->type == SYNCLINE_OPTION_CHOICE && option->choices != NULL)
    return g_strjoinv ("|", (char **) option->choices);
  g_autofree char *range = syncline_option_describe_range (option);
  return g_strconcat (cli_option_type (option), range, NULL);
}
