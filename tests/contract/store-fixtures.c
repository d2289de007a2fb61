/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "store-fixtures.h"

#include <glib/gstdio.h>

/* --- sqlite-store: a file in a folder of its own ------------------------------------------------------ */

static const StoreDialect sql = {
  .put = "INSERT INTO %s (id, description) VALUES (?1, ?2)",
  .patch = "UPDATE %s SET description = ?2 WHERE id = ?1",
  .remove = "DELETE FROM %s WHERE id = ?1",
  .get = "SELECT id, description FROM %s WHERE id = ?1",
  .list = "SELECT id, description FROM %s ORDER BY id",
  .wrong = "SELECT nonsense FROM todos",
};

static gpointer
make_folder (void)
{
  g_autoptr (GError) error = NULL;
  char *folder = g_dir_make_tmp ("syncline-contract-XXXXXX", &error);

  g_assert_no_error (error);
  return folder;
}

static void
remove_folder (gpointer data)
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
dup_path (gpointer data)
{
  g_autofree char *path = g_build_filename (data, "app.db", NULL);
  const char *const options[] = { "path", path, NULL };

  return g_strdupv ((char **) options);
}

static char **
dup_path_for_bulk (gpointer data)
{
  g_autofree char *path = g_build_filename (data, "app.db", NULL);
  const char *const options[] = { "path", path, "bulk-threshold", "0", NULL };

  return g_strdupv ((char **) options);
}

const StoreFixture sqlite_store_fixture = {
  .dialect = &sql,
  .set_up = make_folder,
  .tear_down = remove_folder,
  .dup_options = dup_path,
  .persistent = TRUE,
};

const StoreFixture sqlite_store_bulk_fixture = {
  .dialect = &sql,
  .set_up = make_folder,
  .tear_down = remove_folder,
  .dup_options = dup_path_for_bulk,
  .persistent = TRUE,
};

/* --- mock-store: a database in memory with a name of its own -------------------------------------------- */

static const StoreDialect commands = {
  .put = "PUT %s ?1 ?2",
  .patch = "PATCH %s ?1 ?2",
  .remove = "DELETE %s ?1",
  .get = "GET %s ?1",
  .list = "GET %s",
  .wrong = "SELECT * FROM todos",
  .json = TRUE,
};

/* A database that no other test has. */
static gpointer
make_name (void)
{
  static int number;

  return g_strdup_printf ("contract-%d", ++number);
}

static char **
dup_name (gpointer data)
{
  const char *const options[] = { "database", data, NULL };

  return g_strdupv ((char **) options);
}

const StoreFixture mock_store_fixture = {
  .dialect = &commands,
  .set_up = make_name,
  .tear_down = g_free,
  .dup_options = dup_name,
  .persistent = TRUE,
};
