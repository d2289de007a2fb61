/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "support/fake-host.h"

struct _SynclineHost
{
  GMutex lock;
  char *name;
  SynclineSchema *schema;
  guint roles; /* a bit for each that is filled */
  gint64 real_shift;
  gint64 advance;
  guint n_auth_notices;
  GHashTable *secrets;
  GString *log;
};

SynclineHost *
fake_host_new (const char *name)
{
  SynclineHost *host = g_new0 (SynclineHost, 1);

  g_mutex_init (&host->lock);
  host->name = g_strdup (name);
  host->secrets = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  host->log = g_string_new (NULL);
  host->schema = syncline_schema_new_from_data ("", 0, name, NULL);
  return host;
}

void
fake_host_free (SynclineHost *host)
{
  if (host == NULL)
    return;
  g_mutex_clear (&host->lock);
  g_free (host->name);
  syncline_schema_unref (host->schema);
  g_hash_table_unref (host->secrets);
  g_string_free (host->log, TRUE);
  g_free (host);
}

void
fake_host_set_schema (SynclineHost *host, SynclineSchema *schema)
{
  syncline_schema_ref (schema);
  syncline_schema_unref (host->schema);
  host->schema = schema;
}

void
fake_host_set_role (SynclineHost *host, SynclineRole role, gboolean filled)
{
  guint bit = 1u << role;

  host->roles = filled ? host->roles | bit : host->roles & ~bit;
}

void
fake_host_shift_real_time (SynclineHost *host, gint64 microseconds)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&host->lock);

  host->real_shift += microseconds;
}

void
fake_host_advance (SynclineHost *host, gint64 microseconds)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&host->lock);

  host->advance += microseconds;
}

guint
fake_host_count_auth_notices (SynclineHost *host)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&host->lock);

  return host->n_auth_notices;
}

gboolean
fake_host_has_secret (SynclineHost *host, const char *secret)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&host->lock);

  return g_hash_table_contains (host->secrets, secret);
}

char *
fake_host_dup_log (SynclineHost *host)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&host->lock);

  return g_strdup (host->log->str);
}

/* --- What plugins call ----------------------------------------------------------------------- */

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
  return (host->roles >> role & 1) != 0;
}

gint64
syncline_host_get_real_time (SynclineHost *host)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&host->lock);

  return g_get_real_time () + host->real_shift + host->advance;
}

gint64
syncline_host_get_monotonic_time (SynclineHost *host)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&host->lock);

  return g_get_monotonic_time () + host->advance;
}

void
syncline_host_log (SynclineHost *host, GLogLevelFlags level, const char *format, ...)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&host->lock);
  va_list args;

  va_start (args, format);
  g_string_append_vprintf (host->log, format, args);
  va_end (args);
  g_string_append_c (host->log, '\n');
}

void
syncline_host_add_secret (SynclineHost *host, const char *secret)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&host->lock);

  if (secret != NULL)
    g_hash_table_add (host->secrets, g_strdup (secret));
}

void
syncline_host_notify_auth (SynclineHost *host)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&host->lock);

  host->n_auth_notices++;
}
