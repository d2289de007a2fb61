/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* sqlite-store again, with every first sync a big one. */

#include "config.h"

#include "store-fixtures.h"

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  syncline_store_contract_add ("sqlite-store", &sqlite_store_bulk_fixture);
  return g_test_run ();
}
