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
  GPtrArray *changes;
  GString *log;
};

SynclineHost *
fake_host_new (const char *name)
{
  SynclineHost *host = g_new0 (SynclineHost, 1);

  g_mutex_init (&host->lock);
  host->name = g_strdup (name);
  host->secrets = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  host->changes = g_ptr_array_new_with_free_func (g_free);
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
  g_ptr_array_unref (host->changes);
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

static int
compare_texts (gconstpointer a, gconstpointer b)
{
  return g_strcmp0 (*(const char *const *) a, *(const char *const *) b);
}

char *
fake_host_take_changes (SynclineHost *host)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&host->lock);

  if (host->changes->len == 0)
    return NULL;
  g_ptr_array_sort (host->changes, compare_texts);
  g_ptr_array_add (host->changes, NULL);
  char *text = g_strjoinv ("; ", (char **) host->changes->pdata);
  g_ptr_array_set_size (host->changes, 0);
  return text;
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

static char *
describe_change (SynclineChangeOrigin origin, const SynclineTableChange *change)
{
  static const char *const origins[] = { "local", "downloaded", "external" };
  g_autoptr (GPtrArray) ids = g_ptr_array_new ();

  for (guint i = 0; i < change->n_row_ids; i++)
    g_ptr_array_add (ids, (gpointer) change->row_ids[i]);
  g_ptr_array_sort (ids, compare_texts);
  g_ptr_array_add (ids, NULL);
  g_autofree char *joined = g_strjoinv (",", (char **) ids->pdata);
  return g_strdup_printf ("%s %s %s", origins[origin], change->table, joined);
}

void
syncline_host_notify_changes (SynclineHost *host,
                              SynclineChangeOrigin origin,
                              guint n_tables,
                              const SynclineTableChange *tables)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&host->lock);

  if (n_tables == 0)
    g_ptr_array_add (host->changes, g_strdup ("any"));
  for (guint i = 0; i < n_tables; i++)
    g_ptr_array_add (host->changes, describe_change (origin, &tables[i]));
}
