/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "contract.h"

#include <string.h>
#include <syncline/registry.h>

/* A plugin may do less where a role is off. */
#define ALL_ROLES                                                                                  \
  (1u << SYNCLINE_ROLE_STORE | 1u << SYNCLINE_ROLE_UPLOAD | 1u << SYNCLINE_ROLE_DOWNLOAD           \
   | 1u << SYNCLINE_ROLE_AUTH | 1u << SYNCLINE_ROLE_SERIALIZER)

/* --- What stores tell ------------------------------------------------------------------------------- */

static int
compare_texts (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
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

static void
note_changes (SynclineChangeOrigin origin,
              guint n_tables,
              const SynclineTableChange *tables,
              gpointer user_data)
{
  ContractInstance *instance = user_data;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&instance->lock);

  if (n_tables == 0)
    g_ptr_array_add (instance->changes, g_strdup ("any"));
  for (guint i = 0; i < n_tables; i++)
    g_ptr_array_add (instance->changes, describe_change (origin, &tables[i]));
}

char *
contract_take_changes (ContractInstance *instance)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&instance->lock);

  if (instance->changes->len == 0)
    return NULL;
  g_ptr_array_sort (instance->changes, compare_texts);
  g_ptr_array_add (instance->changes, NULL);
  char *text = g_strjoinv ("; ", (char **) instance->changes->pdata);
  g_ptr_array_set_size (instance->changes, 0);
  return text;
}

/* --- Instances -------------------------------------------------------------------------------------- */

const SynclinePlugin *
contract_find (const char *name, SynclinePluginKind kind)
{
  g_autoptr (GError) error = NULL;
  const SynclinePlugin *plugin = syncline_registry_find (name, &error);

  g_assert_no_error (error);
  g_assert_cmpint (plugin->kind, ==, kind);
  return plugin;
}

ContractInstance *
contract_instance_new (const SynclinePlugin *plugin, const char *schema, const char *const *options)
{
  ContractInstance *instance = g_new0 (ContractInstance, 1);
  g_autoptr (SynclineConfig) config = syncline_config_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (SynclineSchema) parsed
      = syncline_schema_new_from_data (schema == NULL ? "" : schema, -1, "contract", &error);

  g_assert_no_error (error);
  for (guint i = 0; options != NULL && options[i] != NULL; i += 2)
    syncline_config_set (config, plugin->name, options[i], options[i + 1]);
  g_mutex_init (&instance->lock);
  instance->changes = g_ptr_array_new_with_free_func (g_free);
  instance->plugin = plugin;
  instance->host = syncline_test_host_new (plugin->name, parsed, ALL_ROLES);
  syncline_test_host_set_changes_func (instance->host, note_changes, instance);
  instance->test_plugin = syncline_test_plugin_new (plugin, config, instance->host, &error);
  g_assert_no_error (error);
  instance->self = syncline_test_plugin_get_self (instance->test_plugin);
  return instance;
}

void
contract_instance_free (ContractInstance *instance)
{
  syncline_test_plugin_free (instance->test_plugin);
  syncline_test_host_free (instance->host);
  g_ptr_array_unref (instance->changes);
  g_mutex_clear (&instance->lock);
  g_free (instance);
}

/* --- Descriptors ------------------------------------------------------------------------------------ */

static void
check_option (const SynclinePlugin *plugin, const SynclineOption *option)
{
  g_assert_cmpuint (option->offset, <, plugin->config_size);
  g_assert_nonnull (option->summary);
  g_assert_cmpuint (strlen (option->summary), >, 0);
  g_assert_false (g_str_has_suffix (option->summary, "."));
  g_assert_null (strchr (option->name, '_'));
  for (const SynclineOption *other = plugin->options; other != option; other++)
    {
      g_assert_cmpstr (other->name, !=, option->name);
      g_assert_cmpuint (other->offset, !=, option->offset);
    }
}

void
contract_check_descriptor (const SynclinePlugin *plugin, SynclinePluginKind kind)
{
  g_assert_cmpuint (plugin->magic, ==, SYNCLINE_PLUGIN_MAGIC);
  g_assert_cmpuint (plugin->abi, ==, SYNCLINE_PLUGIN_ABI);
  g_assert_cmpuint (plugin->size, ==, sizeof (SynclinePlugin));
  g_assert_cmpint (plugin->kind, ==, kind);
  g_assert_nonnull (plugin->name);
  g_assert_nonnull (plugin->version);
  g_assert_nonnull (plugin->license);
  g_assert_nonnull (plugin->summary);
  g_assert_false (g_str_has_suffix (plugin->summary, "."));
  g_assert_nonnull (plugin->options);
  g_assert_nonnull (plugin->methods);
  g_assert_nonnull (plugin->create);
  g_assert_nonnull (plugin->destroy);
  for (const SynclineOption *option = plugin->options; option->name != NULL; option++)
    check_option (plugin, option);
}

/* --- Cancelling ------------------------------------------------------------------------------------- */

struct _ContractCancel
{
  GCancellable *cancellable;
  GThread *thread;
  gint64 at;
};

static gpointer
cancel_thread (gpointer user_data)
{
  ContractCancel *cancel = user_data;

  /* Time for the call to begin; when it has not, the test is easier, not wrong. */
  g_usleep (20 * G_TIME_SPAN_MILLISECOND);
  cancel->at = g_get_monotonic_time ();
  g_cancellable_cancel (cancel->cancellable);
  return NULL;
}

ContractCancel *
contract_cancel_begin (GCancellable **out_cancellable)
{
  ContractCancel *cancel = g_new0 (ContractCancel, 1);

  cancel->cancellable = g_cancellable_new ();
  cancel->thread = g_thread_new ("cancel", cancel_thread, cancel);
  *out_cancellable = cancel->cancellable;
  return cancel;
}

void
contract_cancel_end (ContractCancel *cancel)
{
  const gint64 now = g_get_monotonic_time ();

  g_thread_join (cancel->thread);
  g_assert_cmpint (now - cancel->at, <, CONTRACT_CANCEL_TIME);
  g_object_unref (cancel->cancellable);
  g_free (cancel);
}
