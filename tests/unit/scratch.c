/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "scratch.h"

#include <glib/gstdio.h>
#include <string.h>

Scratch *
scratch_new (void)
{
  Scratch *scratch = g_new0 (Scratch, 1);
  g_autoptr (GError) error = NULL;

  scratch->path = g_dir_make_tmp ("syncline-test-XXXXXX", &error);
  g_assert_no_error (error);
  return scratch;
}

static void
remove_tree (const char *path)
{
  if (g_file_test (path, G_FILE_TEST_IS_DIR) && !g_file_test (path, G_FILE_TEST_IS_SYMLINK))
    {
      g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
      const char *name;

      while ((name = g_dir_read_name (dir)) != NULL)
        {
          g_autofree char *child = g_build_filename (path, name, NULL);
          remove_tree (child);
        }
    }
  g_remove (path);
}

void
scratch_free (Scratch *scratch)
{
  remove_tree (scratch->path);
  g_free (scratch->path);
  g_free (scratch);
}

char *
scratch_write (const Scratch *scratch, const char *name, const char *text)
{
  char *path = g_build_filename (scratch->path, name, NULL);
  g_autofree char *folder = g_path_get_dirname (path);
  g_autoptr (GError) error = NULL;

  g_mkdir_with_parents (folder, 0700);
  /* Without a flag GLib 2.74 leaves the end of a longer file standing. */
  g_file_set_contents_full (path, text, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600, &error);
  g_assert_no_error (error);
  return path;
}

void
scratch_assert_contains (const char *function, int line, const char *text, const char *needle)
{
  if (text == NULL || strstr (text, needle) == NULL)
    g_error ("%s:%d: \"%s\" is not in:\n%s", function, line, needle, text);
}
