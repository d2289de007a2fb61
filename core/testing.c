/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include <syncline/testing.h>

#include "config-private.h"
#include "host.h"
#include "options.h"

/* --- Hosts --------------------------------------------------------------------------------------- */

/* What a host made for tests points to: found again through a table, since a host is opaque to all but
 * host.c. */
typedef struct
{
  SynclineHost *host;
  SynclineClock clock;
  GMutex lock;
  gint64 advanced;
  gint64 wall_offset;
  guint n_auth_notices;
  char *admitted_user;
  SynclineTestChangesFunc changes;
  gpointer changes_data;
} TestHost;

static GMutex test_hosts_lock;
static GHashTable *test_hosts; /* SynclineHost → TestHost */

static TestHost *
find_test_host (SynclineHost *host)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&test_hosts_lock);

  return g_hash_table_lookup (test_hosts, host);
}

static gint64
test_real_time (gpointer data)
{
  TestHost *test = data;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&test->lock);

  return g_get_real_time () + test->advanced + test->wall_offset;
}

static gint64
test_monotonic_time (gpointer data)
{
  TestHost *test = data;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&test->lock);

  return g_get_monotonic_time () + test->advanced;
}

static void
take_changes (gpointer owner,
              SynclineChangeOrigin origin,
              guint n_tables,
              const SynclineTableChange *tables)
{
  TestHost *test = owner;

  g_mutex_lock (&test->lock);
  const SynclineTestChangesFunc changes = test->changes;
  const gpointer data = test->changes_data;
  g_mutex_unlock (&test->lock);
  if (changes != NULL)
    changes (origin, n_tables, tables, data);
}

static void
take_auth_notice (gpointer owner)
{
  TestHost *test = owner;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&test->lock);

  test->n_auth_notices++;
}

static gboolean
admit_user (gpointer owner, const char *user_id, GError **error)
{
  TestHost *test = owner;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&test->lock);

  if (test->admitted_user == NULL || g_str_equal (test->admitted_user, user_id))
    return TRUE;
  g_set_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_STATE, "only user %s is admitted, not %s",
               test->admitted_user, user_id);
  return FALSE;
}

static const SynclineHostNotices test_notices = {
  .changes = take_changes,
  .auth = take_auth_notice,
  .admit = admit_user,
};

SynclineHost *
syncline_test_host_new (const char *name, SynclineSchema *schema, guint roles)
{
  g_return_val_if_fail (name != NULL, NULL);

  g_autoptr (SynclineSchema) used
      = schema != NULL ? syncline_schema_ref (schema)
                       : syncline_schema_new_from_data ("", 0, "empty schema", NULL);
  TestHost *test = g_new0 (TestHost, 1);

  g_mutex_init (&test->lock);
  test->clock = (SynclineClock){ test_real_time, test_monotonic_time, test };
  test->host = syncline_host_new (name, used, roles, &test->clock, &test_notices, test);

  g_mutex_lock (&test_hosts_lock);
  if (test_hosts == NULL)
    test_hosts = g_hash_table_new (NULL, NULL);
  g_hash_table_insert (test_hosts, test->host, test);
  g_mutex_unlock (&test_hosts_lock);
  return test->host;
}

void
syncline_test_host_free (SynclineHost *host)
{
  TestHost *test = find_test_host (host);

  g_mutex_lock (&test_hosts_lock);
  g_hash_table_remove (test_hosts, host);
  if (g_hash_table_size (test_hosts) == 0)
    g_clear_pointer (&test_hosts, g_hash_table_unref);
  g_mutex_unlock (&test_hosts_lock);
  syncline_host_free (host);
  g_mutex_clear (&test->lock);
  g_free (test->admitted_user);
  g_free (test);
}

void
syncline_test_host_set_changes_func (SynclineHost *host,
                                     SynclineTestChangesFunc func,
                                     gpointer user_data)
{
  TestHost *test = find_test_host (host);
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&test->lock);

  test->changes = func;
  test->changes_data = user_data;
}

void
syncline_test_host_advance (SynclineHost *host, gint64 microseconds)
{
  TestHost *test = find_test_host (host);
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&test->lock);

  test->advanced += microseconds;
}

void
syncline_test_host_set_wall_offset (SynclineHost *host, gint64 microseconds)
{
  TestHost *test = find_test_host (host);
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&test->lock);

  test->wall_offset = microseconds;
}

guint
syncline_test_host_get_n_auth_notices (SynclineHost *host)
{
  TestHost *test = find_test_host (host);
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&test->lock);

  return test->n_auth_notices;
}

void
syncline_test_host_set_admitted_user (SynclineHost *host, const char *user_id)
{
  TestHost *test = find_test_host (host);
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&test->lock);

  g_free (test->admitted_user);
  test->admitted_user = g_strdup (user_id);
}

/* --- Plugins ------------------------------------------------------------------------------------- */

struct _SynclineTestPlugin
{
  const SynclinePlugin *plugin;
  gpointer config;
  gpointer self;
};

static gboolean
fill_config (SynclineTestPlugin *test_plugin, SynclineConfig *config, GError **error)
{
  const SynclinePlugin *plugin = test_plugin->plugin;
  g_autoptr (SynclineFaults) faults = syncline_faults_new ();
  const SynclineOptionSource source = {
    .name = plugin->name,
    .group = syncline_keyfile_find (config->keyfile, plugin->name),
    .file = config->name,
    .directory = config->directory,
  };

  syncline_options_fill (plugin->options, test_plugin->config, &source, faults);
  return syncline_faults_check (faults, error);
}

SynclineTestPlugin *
syncline_test_plugin_new (const SynclinePlugin *plugin,
                          SynclineConfig *config,
                          SynclineHost *host,
                          GError **error)
{
  g_return_val_if_fail (plugin != NULL, NULL);
  g_return_val_if_fail (host != NULL, NULL);

  g_autoptr (SynclineConfig) used
      = config != NULL ? syncline_config_ref (config) : syncline_config_new ();
  g_autoptr (SynclineTestPlugin) test_plugin = g_new0 (SynclineTestPlugin, 1);

  test_plugin->plugin = plugin;
  test_plugin->config = g_malloc0 (MAX (plugin->config_size, 1));
  if (!fill_config (test_plugin, used, error))
    return NULL;
  test_plugin->self = plugin->create (test_plugin->config, host, error);
  if (test_plugin->self == NULL)
    return NULL;
  return g_steal_pointer (&test_plugin);
}

gpointer
syncline_test_plugin_get_self (SynclineTestPlugin *test_plugin)
{
  return test_plugin->self;
}

void
syncline_test_plugin_free (SynclineTestPlugin *test_plugin)
{
  if (test_plugin->self != NULL)
    test_plugin->plugin->destroy (test_plugin->self);
  syncline_options_clear (test_plugin->plugin->options, test_plugin->config);
  g_free (test_plugin->config);
  g_free (test_plugin);
}
