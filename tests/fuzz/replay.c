/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* Runs a fuzzer's corpus as an ordinary test. The corpus is named like the program, without its
 * prefix "replay-". */

#include "config.h"

#include "fuzz.h"

#include <glib.h>

static void
test_file (gconstpointer path)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *data = NULL;
  gsize length;

  g_assert_true (g_file_get_contents (path, &data, &length, &error));
  g_assert_no_error (error);
  g_assert_cmpint (LLVMFuzzerTestOneInput ((const uint8_t *) data, length), ==, 0);
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *program = g_path_get_basename (argv[0]);
  const char *dash = strchr (program, '-');
  const char *name;

  g_test_init (&argc, &argv, NULL);
  g_assert_nonnull (dash);
  g_autofree char *corpus
      = g_test_build_filename (G_TEST_DIST, "tests", "fuzz", "corpus", dash + 1, NULL);
  g_autoptr (GDir) directory = g_dir_open (corpus, 0, &error);
  g_assert_no_error (error);
  while ((name = g_dir_read_name (directory)) != NULL)
    {
      g_autofree char *test = g_strdup_printf ("/fuzz/%s/%s", dash + 1, name);
      g_test_add_data_func_full (test, g_build_filename (corpus, name, NULL), test_file, g_free);
    }
  return g_test_run ();
}
