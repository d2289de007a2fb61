/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "apply-store.h"

#include <glib/gstdio.h>
#include <stdio.h>
#include <syncline/registry.h>
#include <syncline/testing.h>

static const char schema_text[] = "[table t]\nv = text\nn = bigint\nj = jsonb\n"
                                  "[table u]\nx = numeric\n[options u]\nserver-name = other\n";

struct _ApplyStore
{
  char *folder;
  SynclineConfig *config;
  SynclineSchema *schema;
  SynclineHost *host;
  SynclineTestPlugin *plugin;
  const SynclineStoreClass *methods;
  gpointer self;
};

static void
check (gboolean ok, GError *error)
{
  if (!ok)
    g_error ("%s", error != NULL ? error->message : "it failed");
}

static void
open_store (ApplyStore *store)
{
  const guint roles = 1u << SYNCLINE_ROLE_STORE | 1u << SYNCLINE_ROLE_DOWNLOAD;
  GError *error = NULL;
  const SynclinePlugin *plugin = syncline_registry_find ("sqlite-store", &error);

  check (plugin != NULL, error);
  store->host = syncline_test_host_new ("sqlite-store", store->schema, roles);
  store->plugin = syncline_test_plugin_new (plugin, store->config, store->host, &error);
  check (store->plugin != NULL, error);
  store->methods = plugin->methods;
  store->self = syncline_test_plugin_get_self (store->plugin);
  check (store->methods->open (store->self, NULL, &error), error);
}

static void
close_store (ApplyStore *store)
{
  store->methods->close (store->self);
  syncline_test_plugin_free (store->plugin);
  syncline_test_host_free (store->host);
}

/* Making the tables takes longer than most inputs, so it is done once, and copied. */
static void
copy_template (ApplyStore *store, const char *path)
{
  static char *template;
  static gsize length;
  GError *error = NULL;

  if (template == NULL)
    {
      open_store (store);
      close_store (store);
      check (g_file_get_contents (path, &template, &length, &error), error);
    }
  FILE *file = fopen (path, "w");
  check (file != NULL && fwrite (template, 1, length, file) == length && fclose (file) == 0, NULL);
}

ApplyStore *
apply_store_new (const char *name, const char *bulk_threshold)
{
  ApplyStore *store = g_new0 (ApplyStore, 1);
  GError *error = NULL;
  const gboolean in_memory = g_access ("/dev/shm", W_OK) == 0;
  g_autofree char *template
      = g_strdup_printf ("%s/syncline-fuzz-XXXXXX", in_memory ? "/dev/shm" : g_get_tmp_dir ());

  check (g_mkdtemp (template) != NULL, NULL);
  store->folder = g_steal_pointer (&template);
  g_autofree char *path = g_build_filename (store->folder, name, NULL);
  store->config = syncline_config_new ();
  syncline_config_set (store->config, "sqlite-store", "path", path);
  syncline_config_set (store->config, "sqlite-store", "bulk-threshold", bulk_threshold);
  store->schema = syncline_schema_new_from_data (schema_text, -1, "fuzz", &error);
  check (store->schema != NULL, error);
  copy_template (store, path);
  open_store (store);
  return store;
}

void
apply_store_free (ApplyStore *store)
{
  close_store (store);
  g_autoptr (GDir) folder = g_dir_open (store->folder, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (folder)) != NULL)
    {
      g_autofree char *file = g_build_filename (store->folder, name, NULL);

      g_remove (file);
    }
  g_rmdir (store->folder);
  syncline_schema_unref (store->schema);
  syncline_config_unref (store->config);
  g_free (store->folder);
  g_free (store);
}

void
apply_store_reopen (ApplyStore *store)
{
  apply_store_flush (store);
  close_store (store);
  open_store (store);
}

/* --- What comes down ------------------------------------------------------------------------------ */

/* The service's fault, or ours? */
static gboolean
blame (gboolean ok, GError *error)
{
  if (ok)
    return TRUE;
  if (!g_error_matches (error, SYNCLINE_ERROR, SYNCLINE_ERROR_PROTOCOL))
    g_error ("%s", error->message);
  g_error_free (error);
  return FALSE;
}

gboolean
apply_store_stage (ApplyStore *store, const SynclineEvent *event)
{
  GError *error = NULL;

  return blame (store->methods->stage_ops (store->self, event->bucket, event->ops, event->n_ops,
                                           NULL, &error),
                error);
}

gboolean
apply_store_apply (ApplyStore *store,
                   const SynclineCheckpoint *checkpoint,
                   int priority,
                   SynclineApplyResult *out_result)
{
  GError *error = NULL;

  *out_result = SYNCLINE_APPLY_MISMATCH;
  return blame (store->methods->apply_checkpoint (store->self, checkpoint, priority, out_result,
                                                  NULL, NULL, &error),
                error);
}

void
apply_store_remove (ApplyStore *store, GPtrArray *names)
{
  GError *error = NULL;

  check (store->methods->remove_buckets (store->self, (const char *const *) names->pdata,
                                         names->len, NULL, &error),
         error);
}

void
apply_store_flush (ApplyStore *store)
{
  GError *error = NULL;

  if (SYNCLINE_HAS_SLOT (store->methods, flush))
    check (store->methods->flush (store->self, NULL, &error), error);
}

/* --- What is there -------------------------------------------------------------------------------- */

void
apply_store_list (ApplyStore *store, SynclineBucketFunc func, gpointer user_data)
{
  GError *error = NULL;

  check (store->methods->list_buckets (store->self, func, user_data, NULL, &error), error);
}

typedef struct
{
  const char *name;
  guint32 checksum;
} Search;

static void
take_checksum (const SynclineBucketState *bucket, gpointer user_data)
{
  Search *search = user_data;

  if (g_str_equal (bucket->name, search->name))
    search->checksum = bucket->checksum;
}

guint32
apply_store_get_checksum (ApplyStore *store, const char *bucket)
{
  Search search = { bucket, 0 };

  apply_store_list (store, take_checksum, &search);
  return search.checksum;
}

static void
take_bucket (const SynclineBucketState *bucket, gpointer user_data)
{
  g_ptr_array_add (user_data,
                   g_strdup_printf ("%s %" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %u", bucket->name,
                                    bucket->last_op, bucket->last_applied_op, bucket->checksum));
}

static int
compare_lines (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static gboolean
take_line (guint n_columns G_GNUC_UNUSED,
           const char *const *names G_GNUC_UNUSED,
           const SynclineValue *values,
           gpointer user_data)
{
  if (values != NULL)
    g_string_append_printf (user_data, "%.*s\n", (int) values[0].length, values[0].text);
  return TRUE;
}

static void
dump_rows (ApplyStore *store, const char *sql, GString *out)
{
  const SynclineStatement statement = { .sql = sql, .read_only = TRUE };
  GError *error = NULL;

  check (store->methods->execute (store->self, &statement, take_line, out, NULL, NULL, &error),
         error);
}

char *
apply_store_dump (ApplyStore *store)
{
  g_autoptr (GString) out = g_string_new (NULL);
  g_autoptr (GPtrArray) buckets = g_ptr_array_new_with_free_func (g_free);

  dump_rows (store,
             "SELECT 't ' || quote(id) || ' ' || quote(v) || ' ' || quote(n) || ' ' || quote(j)"
             " FROM t ORDER BY id",
             out);
  dump_rows (store, "SELECT 'u ' || quote(id) || ' ' || quote(x) FROM u ORDER BY id", out);
  apply_store_list (store, take_bucket, buckets);
  g_ptr_array_sort (buckets, compare_lines);
  for (guint i = 0; i < buckets->len; i++)
    g_string_append_printf (out, "%s\n", (const char *) buckets->pdata[i]);
  return g_string_free (g_steal_pointer (&out), FALSE);
}
