/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include <glib/gstdio.h>
#include <string.h>
#include <syncline/error.h>
#include <syncline/registry.h>
#include <syncline/transport.h>
#include <unistd.h>

#include "unit/scratch.h"
#include "unit/test-plugins.h"

/* What was logged since the test began. */
static GString *logged;

static GLogWriterOutput
write_log (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer data)
{
  for (gsize i = 0; i < n_fields; i++)
    if (g_str_equal (fields[i].key, "MESSAGE"))
      g_string_append_printf (logged, "%s\n", (const char *) fields[i].value);
  return G_LOG_WRITER_HANDLED;
}

static char *
find_badly (const char *name)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (syncline_registry_find (name, &error));
  g_assert_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_PLUGIN);
  return g_strdup (error->message);
}

static char *
build_broken_path (void)
{
  return g_test_build_filename (G_TEST_BUILT, "tests", "unit", "broken", ".libs", NULL);
}

/* --- Registered in code ---------------------------------------------------------------------- */

static void
test_add (void)
{
  g_autoptr (GError) error = NULL;

  test_plugins_add ();
  test_plugins_add ();
  const SynclinePlugin *found = syncline_registry_find ("test-store", &error);
  g_assert_no_error (error);
  g_assert_true (found == &test_store);

  static SynclinePlugin other;
  other = test_auth;
  other.name = "test-store";
  g_assert_false (syncline_registry_add (&other, &error));
  g_assert_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_PLUGIN);
  g_assert_true (syncline_registry_find ("test-store", NULL) == &test_store);
}

static void
test_add_badly (void)
{
  g_autoptr (GError) error = NULL;
  static SynclinePlugin bad;

  g_assert_false (syncline_registry_add (&bad, &error));
  g_assert_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_PLUGIN);
  g_clear_error (&error);

  bad = test_auth;
  bad.name = "../auth";
  g_assert_false (syncline_registry_add (&bad, &error));
  g_assert_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_PLUGIN);
  g_clear_error (&error);

  /* Half a role is none. */
  static SynclineTransportClass half;
  half.struct_size = sizeof (half);
  half.open_stream = ((const SynclineTransportClass *) test_transport.methods)->open_stream;
  bad = test_transport;
  bad.name = "test-half";
  bad.methods = &half;
  g_assert_false (syncline_registry_add (&bad, &error));
  g_assert_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_PLUGIN);
  assert_contains (error->message, "it lacks the method next_event");
}

/* --- Broken modules -------------------------------------------------------------------------- */

typedef struct
{
  const char *name;
  const char *message;
} Broken;

static const Broken broken[] = {
  { "wrong-magic", "begins with 0x12345678 instead of 0x53594e43" },
  { "wrong-abi", "it was built for ABI 2, this library (" SYNCLINE_VERSION ") speaks ABI 1" },
  { "too-small", "bytes, this library (" SYNCLINE_VERSION ") needs" },
  { "wrong-kind", "it is of kind 99" },
  { "other-name", "it calls itself \"another-name\"" },
  { "no-version", "it lacks its version, licence or summary" },
  { "no-methods", "it has no method table" },
  { "no-method-size", "its method table claims to have 0 bytes" },
  { "missing-method", "it lacks the method serialize" },
  { "no-destroy", "it lacks create or destroy" },
  { "wrong-option", "the option \"path\" is unusable: its field" },
  { "wrong-default", "the option \"count\" is unusable: \"11\" is out of range" },
  { "no-symbol", "it does not export syncline_plugin" },
};

static void
test_broken (gconstpointer data)
{
  const Broken *one = data;
  g_autofree char *message = find_badly (one->name);
  g_autofree char *folder = build_broken_path ();
  g_autofree char *start = g_strdup_printf ("plugin %s/%s.so can't be used: ", folder, one->name);

  assert_contains (message, one->message);
  g_assert_true (g_str_has_prefix (message, start));
}

static void
test_sound (void)
{
  g_autoptr (GError) error = NULL;

  const SynclinePlugin *sound = syncline_registry_find ("sound", &error);
  g_assert_no_error (error);
  g_assert_cmpstr (sound->name, ==, "sound");
  g_assert_true (syncline_registry_find ("sound", &error) == sound);

  /* One that was built for a later version of the same ABI. */
  const SynclinePlugin *newer = syncline_registry_find ("newer", &error);
  g_assert_no_error (error);
  g_assert_cmpuint (newer->size, >, sizeof (SynclinePlugin));
}

/* --- Files that are no modules --------------------------------------------------------------- */

static void
test_no_modules (void)
{
  g_autoptr (Scratch) scratch = scratch_new ();
  g_autofree char *text
      = scratch_write (scratch, "text.so",
                       "This is a text, not a library, although it is long enough to "
                       "have the header of one.\n");
  g_autofree char *empty = scratch_write (scratch, "empty.so", "");
  g_autofree char *link = g_build_filename (scratch->path, "link.so", NULL);
  g_autofree char *folder = g_build_filename (scratch->path, "folder.so", NULL);
  g_autofree char *path = g_strdup (g_getenv ("SYNCLINE_PLUGIN_PATH"));

  g_assert_cmpint (symlink ("gone", link), ==, 0);
  g_assert_cmpint (g_mkdir (folder, 0700), ==, 0);
  g_setenv ("SYNCLINE_PLUGIN_PATH", scratch->path, TRUE);

  g_autofree char *of_text = find_badly ("text");
  assert_contains (of_text, "text.so can't be loaded: ");
  assert_contains (of_text, "invalid ELF header");
  g_autofree char *of_empty = find_badly ("empty");
  assert_contains (of_empty, "empty.so can't be loaded: ");
  assert_contains (of_empty, "too short");
  g_autofree char *of_link = find_badly ("link");
  assert_contains (of_link, "it is a link to gone: No such file or directory");
  g_autofree char *of_folder = find_badly ("folder");
  assert_contains (of_folder, "it is no file");

  /* A broken one is told, not passed over in favour of one in a later folder. */
  g_autofree char *broken_path = build_broken_path ();
  g_autofree char *both = g_strconcat (scratch->path, "::", broken_path, NULL);
  g_autofree char *shadow = scratch_write (scratch, "sound2.so", "x");
  g_setenv ("SYNCLINE_PLUGIN_PATH", both, TRUE);
  g_autofree char *of_shadow = find_badly ("sound2");
  assert_contains (of_shadow, shadow);

  g_setenv ("SYNCLINE_PLUGIN_PATH", path, TRUE);
}

static void
test_unreadable (void)
{
  g_autoptr (Scratch) scratch = scratch_new ();
  g_autofree char *file = scratch_write (scratch, "secret.so", "x");
  g_autofree char *path = g_strdup (g_getenv ("SYNCLINE_PLUGIN_PATH"));

  if (geteuid () == 0)
    {
      g_test_skip ("root reads everything");
      return;
    }
  g_assert_cmpint (g_chmod (file, 0), ==, 0);
  g_setenv ("SYNCLINE_PLUGIN_PATH", scratch->path, TRUE);
  g_autofree char *message = find_badly ("secret");
  assert_contains (message, "Permission denied");
  g_setenv ("SYNCLINE_PLUGIN_PATH", path, TRUE);
}

/* --- Names ----------------------------------------------------------------------------------- */

static void
test_names (void)
{
  static const char *const bad[] = { "", "../sound", "/etc/passwd", "Sound", "so und", "-x", "1x" };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autofree char *message = find_badly (bad[i]);
      assert_contains (message, "is no name of a plugin, which is made of a-z, 0-9 and dashes");
    }
}

static void
test_nearest (void)
{
  g_autofree char *folder = build_broken_path ();

  test_plugins_add ();
  g_autofree char *file = find_badly ("soudn");
  assert_contains (file, "there is no plugin \"soudn\"");
  assert_contains (file, folder);
  assert_contains (file, "did you mean \"sound\"?");
  g_autofree char *registered = find_badly ("test-stoer");
  assert_contains (registered, "did you mean \"test-store\"?");
  g_autofree char *case_only = find_badly ("Test_Store");
  assert_contains (case_only, "did you mean \"test-store\"?");
  g_autofree char *nothing = find_badly ("quixotic-zebra");
  assert_contains (nothing, "there are: ");
  assert_contains (nothing, "test-store");
}

static void
test_kinds (void)
{
  g_assert_cmpstr (syncline_plugin_kind_to_string (SYNCLINE_PLUGIN_STORE), ==, "store");
  g_assert_cmpstr (syncline_plugin_kind_to_string (SYNCLINE_PLUGIN_TRANSPORT), ==, "transport");
  g_assert_cmpstr (syncline_plugin_kind_to_string (SYNCLINE_PLUGIN_AUTH), ==, "auth");
  g_assert_cmpstr (syncline_plugin_kind_to_string (SYNCLINE_PLUGIN_SERIALIZER), ==, "serializer");
}

/* --- Lists ----------------------------------------------------------------------------------- */

static void
test_list (void)
{
  test_plugins_add ();
  g_string_truncate (logged, 0);
  g_autoptr (GPtrArray) plugins = syncline_registry_list ();
  gboolean found_sound = FALSE;

  for (guint i = 0; i < plugins->len; i++)
    {
      const SynclinePlugin *plugin = g_ptr_array_index (plugins, i);

      found_sound = found_sound || g_str_equal (plugin->name, "sound");
      g_assert_cmpstr (plugin->name, !=, "another-name");
      if (i > 0)
        g_assert_cmpstr (((SynclinePlugin *) g_ptr_array_index (plugins, i - 1))->name, <,
                         plugin->name);
    }
  g_assert_true (found_sound);
  for (guint i = 0; i < G_N_ELEMENTS (broken); i++)
    assert_contains (logged->str, broken[i].message);
}

static gpointer
find_often (gpointer data)
{
  const SynclinePlugin *first = syncline_registry_find ("sound", NULL);

  for (int i = 0; i < 1000; i++)
    g_assert_true (syncline_registry_find (i % 2 == 0 ? "sound" : "newer", NULL) != NULL);
  return (gpointer) first;
}

static void
test_threads (void)
{
  GThread *threads[4];

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("find", find_often, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_assert_true (g_thread_join (threads[i]) == syncline_registry_find ("sound", NULL));
}

/* --- The table of [syncline] ----------------------------------------------------------------- */

static void
test_core_options (void)
{
  const SynclineOption *option = syncline_registry_get_core_options ();

  g_assert_cmpstr (option->name, ==, "store");
  for (; option->name != NULL; option++)
    {
      g_assert_nonnull (option->summary);
      g_assert_false (g_str_has_suffix (option->summary, "."));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  logged = g_string_new (NULL);
  g_log_set_writer_func (write_log, NULL, NULL);
  g_autofree char *path = build_broken_path ();
  g_setenv ("SYNCLINE_PLUGIN_PATH", path, TRUE);

  g_test_add_func ("/registry/threads", test_threads);
  g_test_add_func ("/registry/add", test_add);
  g_test_add_func ("/registry/add-badly", test_add_badly);
  for (guint i = 0; i < G_N_ELEMENTS (broken); i++)
    {
      g_autofree char *name = g_strconcat ("/registry/broken/", broken[i].name, NULL);
      g_test_add_data_func (name, &broken[i], test_broken);
    }
  g_test_add_func ("/registry/sound", test_sound);
  g_test_add_func ("/registry/no-modules", test_no_modules);
  g_test_add_func ("/registry/unreadable", test_unreadable);
  g_test_add_func ("/registry/names", test_names);
  g_test_add_func ("/registry/nearest", test_nearest);
  g_test_add_func ("/registry/kinds", test_kinds);
  g_test_add_func ("/registry/list", test_list);
  g_test_add_func ("/registry/core-options", test_core_options);
  const int result = g_test_run ();
  g_string_free (logged, TRUE);
  return result;
}
