/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "host.h"

#include "log.h"

struct _SynclineHost
{
  char *name;
  SynclineSchema *schema;
  guint roles;
  const SynclineClock *clock;
  const SynclineHostNotices *notices;
  gpointer owner;
};

SynclineHost *
syncline_host_new (const char *name,
                   SynclineSchema *schema,
                   guint roles,
                   const SynclineClock *clock,
                   const SynclineHostNotices *notices,
                   gpointer owner)
{
  SynclineHost *host = g_new0 (SynclineHost, 1);

  host->name = g_strdup (name);
  host->schema = syncline_schema_ref (schema);
  host->roles = roles;
  host->clock = clock;
  host->notices = notices;
  host->owner = owner;
  return host;
}

void
syncline_host_free (SynclineHost *host)
{
  g_free (host->name);
  syncline_schema_unref (host->schema);
  g_free (host);
}

const char *
syncline_host_get_name (SynclineHost *host)
{
  return host->name;
}

SynclineSchema *
syncline_host_get_schema (SynclineHost *host)
{
  return host->schema;
}

gboolean
syncline_host_has_role (SynclineHost *host, SynclineRole role)
{
  return (host->roles & (1u << role)) != 0;
}

gint64
syncline_host_get_real_time (SynclineHost *host)
{
  return syncline_clock_get_real_time (host->clock);
}

gint64
syncline_host_get_monotonic_time (SynclineHost *host)
{
  return syncline_clock_get_monotonic_time (host->clock);
}

void
syncline_host_log (SynclineHost *host, GLogLevelFlags level, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  syncline_logv (host->name, level, format, args);
  va_end (args);
}

void
syncline_host_add_secret (SynclineHost *host G_GNUC_UNUSED, const char *secret)
{
  syncline_log_add_secret (secret);
}

void
syncline_host_notify_changes (SynclineHost *host,
                              SynclineChangeOrigin origin,
                              guint n_tables,
                              const SynclineTableChange *tables)
{
  if (host->notices != NULL && host->notices->changes != NULL)
    host->notices->changes (host->owner, origin, n_tables, tables);
}

void
syncline_host_notify_auth (SynclineHost *host)
{
  if (host->notices != NULL && host->notices->auth != NULL)
    host->notices->auth (host->owner);
}

gboolean
syncline_host_admit_user (SynclineHost *host, const char *user_id, GError **error)
{
  return host->notices == NULL || host->notices->admit == NULL
         || host->notices->admit (host->owner, user_id, error);
}
