/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "store-contract.h"

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
set_up (void)
{
  static int number;

  return g_strdup_printf ("contract-%d", ++number);
}

static char **
dup_options (gpointer data)
{
  const char *const options[] = { "database", data, NULL };

  return g_strdupv ((char **) options);
}

static const StoreFixture named = {
  .dialect = &commands,
  .set_up = set_up,
  .tear_down = g_free,
  .dup_options = dup_options,
  .persistent = TRUE,
};

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  syncline_store_contract_add ("mock-store", &named);
  return g_test_run ();
}
