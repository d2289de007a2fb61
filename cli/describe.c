/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "cli/describe.h"

static char *
describe_span (gint64 seconds)
{
  if (seconds < 120)
    return g_strdup_printf ("%d seconds", (int) seconds);
  if (seconds < 7200)
    return g_strdup_printf ("%d minutes", (int) (seconds / 60));
  if (seconds < 172800)
    return g_strdup_printf ("%d hours", (int) (seconds / 3600));
  return g_strdup_printf ("%d days", (int) (seconds / 86400));
}

char *
cli_describe_time (gint64 microseconds)
{
  const gint64 age = (g_get_real_time () - microseconds) / G_USEC_PER_SEC;
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_local (microseconds / G_USEC_PER_SEC);
  g_autofree char *text = g_date_time_format (time, "%Y-%m-%d %H:%M:%S %z");
  g_autofree char *span = describe_span (ABS (age));

  if (age < 0)
    return g_strdup_printf ("%s, in %s", text, span);
  return g_strdup_printf ("%s, %s ago", text, span);
}
