/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include <glib/gstdio.h>

#include "store-contract.h"

static const StoreDialect sql = {
  .put = "INSERT INTO %s (id, description) VALUES (?1, ?2)",
  .patch = "UPDATE %s SET description = ?2 WHERE id = ?1",
  .remove = "DELETE FROM %s WHERE id = ?1",
  .get = "SELECT id, description FROM %s WHERE id = ?1",
  .list = "SELECT id, description FROM %s ORDER BY id",
  .wrong = "SELECT nonsense FROM todos",
};

static gpointer
set_up (void)
{
  g_autoptr (GError) error = NULL;
  char *folder = g_dir_make_tmp ("syncline-contract-XXXXXX", &error);

  g_assert_no_error (error);
  return folder;
}

static void
tear_down (gpointer data)
{
  g_autofree char *folder = data;
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      g_assert_cmpint (g_unlink (path), ==, 0);
    }
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

static char **
dup_options (gpointer data)
{
  g_autofree char *path = g_build_filename (data, "app.db", NULL);
  const char *const options[] = { "path", path, NULL };

  return g_strdupv ((char **) options);
}

static const StoreFixture file = {
  .dialect = &sql,
  .set_up = set_up,
  .tear_down = tear_down,
  .dup_options = dup_options,
  .persistent = TRUE,
};

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  syncline_store_contract_add ("sqlite-store", &file);
  return g_test_run ();
}
