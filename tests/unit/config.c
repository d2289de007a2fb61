/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include <glib/gstdio.h>
#include <string.h>
#include <syncline/config.h>
#include <syncline/error.h>

#include "unit/scratch.h"
#include "unit/test-plugins.h"

static SynclineConfig *
parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  SynclineConfig *config = syncline_config_new_from_data (text, -1, "t.conf", NULL, &error);

  g_assert_no_error (error);
  return config;
}

/* The faults of a text that can't be read. */
static char *
parse_badly (const char *text)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (syncline_config_new_from_data (text, -1, "t.conf", NULL, &error));
  g_assert_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_CONFIG);
  return g_strdup (error->message);
}

static char *
check_badly (SynclineConfig *config, SynclineError code)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (syncline_config_check (config, &error));
  g_assert_error (error, SYNCLINE_ERROR, (int) code);
  return g_strdup (error->message);
}

/* --- Form ------------------------------------------------------------------------------------ */

static void
test_form (void)
{
  g_autoptr (SynclineConfig) config = parse ("\xef\xbb\xbf# comment\r\n"
                                             "[one]\r\n"
                                             "  ; comment\n"
                                             "key=value\n"
                                             " spaced\tkey  =  a = b # c \n"
                                             "empty =\n"
                                             "\n"
                                             " [ two ] \n"
                                             "key = grün");

  g_assert_cmpstr (syncline_config_get (config, "one", "key"), ==, "value");
  g_assert_cmpstr (syncline_config_get (config, "one", "spaced\tkey"), ==, "a = b # c");
  g_assert_cmpstr (syncline_config_get (config, "one", "empty"), ==, "");
  g_assert_cmpstr (syncline_config_get (config, "two", "key"), ==, "grün");
  g_assert_null (syncline_config_get (config, "two", "empty"));
  g_assert_null (syncline_config_get (config, "three", "key"));
}

static void
test_length (void)
{
  g_autoptr (SynclineConfig) config
      = syncline_config_new_from_data ("[a]\nb = cde", 9, "t", NULL, NULL);

  g_assert_cmpstr (syncline_config_get (config, "a", "b"), ==, "c");
}

static void
test_faults_of_form (void)
{
  g_autofree char *message = parse_badly ("[syncline]\n"
                                          "no equals sign\n"
                                          "= no key\n"
                                          "a\x01 = 1\n"
                                          "b = \xff\n"
                                          "[x] y\n"
                                          "key = in no group, which was told already\n"
                                          "[]\n");
  const char *const expected = "t.conf:2: [syncline]: malformed line";

  assert_contains (message, expected);
  assert_contains (message, "t.conf:3: [syncline]: malformed line");
  assert_contains (message, "t.conf:4: the line has a control character");
  assert_contains (message, "t.conf:5: the line is not UTF-8");
  assert_contains (message, "t.conf:6: malformed group");
  assert_contains (message, "t.conf:8: the group has no name");
  g_auto (GStrv) lines = g_strsplit (message, "\n", -1);
  g_assert_cmpuint (g_strv_length (lines), ==, 6);
}

/* A line that is not understood may be half a secret. */
static void
test_form_hides_lines (void)
{
  g_autofree char *message = parse_badly ("[syncline]\napi-key: hunter2hunter2\n");

  g_assert_null (strstr (message, "hunter2"));
}

static void
test_missing_file (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (syncline_config_new_from_file ("/nonexistent/syncline.conf", &error));
  g_assert_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_CONFIG);
  g_assert_cmpstr (error->message, ==,
                   "/nonexistent/syncline.conf: the file can't be read: No such file or directory");
  g_clear_error (&error);
  g_assert_null (syncline_config_new_from_file ("/", &error));
  g_assert_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_CONFIG);
}

/* --- Variables ------------------------------------------------------------------------------- */

static void
test_variables (void)
{
  g_setenv ("SYNCLINE_TEST_SET", "$set ${x}", TRUE);
  g_setenv ("SYNCLINE_TEST_EMPTY", "", TRUE);
  g_unsetenv ("SYNCLINE_TEST_UNSET");
  g_autoptr (SynclineConfig) config = parse (
      "[a]\n"
      "set = <${SYNCLINE_TEST_SET}>\n"
      "empty = <${SYNCLINE_TEST_EMPTY}>\n"
      "default = ${SYNCLINE_TEST_UNSET:-d}/${SYNCLINE_TEST_EMPTY:-e}/${SYNCLINE_TEST_SET:-f}\n"
      "nested = ${SYNCLINE_TEST_UNSET:-<${SYNCLINE_TEST_SET}$$>}\n"
      "nothing = ${SYNCLINE_TEST_UNSET:-}\n"
      "dollar = a$$b$${c}\n");

  /* What comes from the environment is not looked into again. */
  g_assert_cmpstr (syncline_config_get (config, "a", "set"), ==, "<$set ${x}>");
  g_assert_cmpstr (syncline_config_get (config, "a", "empty"), ==, "<>");
  g_assert_cmpstr (syncline_config_get (config, "a", "default"), ==, "d/e/$set ${x}");
  g_assert_cmpstr (syncline_config_get (config, "a", "nested"), ==, "<$set ${x}$>");
  g_assert_cmpstr (syncline_config_get (config, "a", "nothing"), ==, "");
  g_assert_cmpstr (syncline_config_get (config, "a", "dollar"), ==, "a$b${c}");
}

static void
test_faults_of_variables (void)
{
  g_setenv ("SYNCLINE_TEST_BYTES", "\xff", TRUE);
  g_unsetenv ("SYNCLINE_TEST_UNSET");
  g_autofree char *message = parse_badly ("[syncline]\n"
                                          "store = ${SYNCLINE_TEST_UNSET}\n"
                                          "auth = pa$word\n"
                                          "upload = ${1X}\n"
                                          "download = ${OPEN\n"
                                          "schema = ${SYNCLINE_TEST_BYTES}\n"
                                          "[test-store]\n"
                                          "path = x\n");

  assert_contains (message, "t.conf:2: [syncline] store: the environment variable "
                            "SYNCLINE_TEST_UNSET is not set");
  assert_contains (message, "t.conf:3: [syncline] auth: a dollar sign stands alone");
  g_assert_null (strstr (message, "pa$word"));
  assert_contains (message, "t.conf:4: [syncline] upload: malformed variable");
  assert_contains (message, "t.conf:5: [syncline] download: a dollar sign stands alone");
  assert_contains (message, "t.conf:6: [syncline] schema: the environment variable "
                            "SYNCLINE_TEST_BYTES is not UTF-8");
  /* Nothing is said twice, and nothing follows from what could not be read. */
  g_auto (GStrv) lines = g_strsplit (message, "\n", -1);
  g_assert_cmpuint (g_strv_length (lines), ==, 5);
}

/* One line a fault, whatever the value. */
static void
test_lines_of_variables (void)
{
  g_setenv ("SYNCLINE_TEST_LINES", "one\r\ntwo", TRUE);
  g_autoptr (SynclineConfig) config = parse ("[syncline]\nretry-min = ${SYNCLINE_TEST_LINES}\n");
  g_autofree char *message = check_badly (config, SYNCLINE_ERROR_CONFIG);

  assert_contains (message, "t.conf:2: [syncline] retry-min: \"one  two\" is not what is wanted");
}

/* --- In code --------------------------------------------------------------------------------- */

static void
test_set (void)
{
  g_autoptr (SynclineConfig) config = syncline_config_new ();

  syncline_config_set (config, "a", "b", "${HOME}$");
  g_assert_cmpstr (syncline_config_get (config, "a", "b"), ==, "${HOME}$");
  syncline_config_set (config, "a", "b", "other");
  g_assert_cmpstr (syncline_config_get (config, "a", "b"), ==, "other");
  syncline_config_set (config, "a", "b", NULL);
  g_assert_null (syncline_config_get (config, "a", "b"));
  syncline_config_set (config, "c", "d", NULL);
  g_assert_null (syncline_config_get (config, "c", "d"));

  syncline_config_set (config, "syncline", "retry-min", "soon");
  g_autofree char *message = check_badly (config, SYNCLINE_ERROR_CONFIG);
  assert_contains (message, "(set in code): [syncline] retry-min: \"soon\"");
}

static void
test_ref (void)
{
  SynclineConfig *config = syncline_config_new ();
  g_autoptr (SynclineConfig) other = syncline_config_ref (config);

  syncline_config_unref (config);
  syncline_config_set (other, "a", "b", "c");
  g_assert_true (g_type_is_a (SYNCLINE_TYPE_CONFIG, G_TYPE_BOXED));
}

/* --- Drop-ins -------------------------------------------------------------------------------- */

static void
test_drop_ins (void)
{
  g_autoptr (Scratch) scratch = scratch_new ();
  g_autofree char *path = scratch_write (scratch, "s.conf", "[a]\nx = 1\ny = 1\nz = 1\n");
  g_autofree char *second
      = scratch_write (scratch, "s.conf.d/20-b.conf", "[a]\nx = 3\n[b]\nnew = 1\n");
  g_autofree char *first = scratch_write (scratch, "s.conf.d/10-a.conf", "[a]\nx = 2\ny = 2\n");
  g_autofree char *other = scratch_write (scratch, "s.conf.d/README", "no config\n");
  g_autoptr (GError) error = NULL;

  g_autoptr (SynclineConfig) config = syncline_config_new_from_file (path, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (syncline_config_get (config, "a", "x"), ==, "3");
  g_assert_cmpstr (syncline_config_get (config, "a", "y"), ==, "2");
  g_assert_cmpstr (syncline_config_get (config, "a", "z"), ==, "1");
  g_assert_cmpstr (syncline_config_get (config, "b", "new"), ==, "1");
}

/* Faults are where the value came from. */
static void
test_faults_of_drop_ins (void)
{
  g_autoptr (Scratch) scratch = scratch_new ();
  g_autofree char *path = scratch_write (scratch, "s.conf", "[syncline]\nretry-min = 5s\n");
  g_autofree char *drop_in
      = scratch_write (scratch, "s.conf.d/a.conf", "\n[syncline]\nretry-min = never\n");
  g_autoptr (GError) error = NULL;

  g_autoptr (SynclineConfig) config = syncline_config_new_from_file (path, &error);
  g_assert_no_error (error);
  g_autofree char *message = check_badly (config, SYNCLINE_ERROR_CONFIG);
  g_autofree char *start = g_strdup_printf ("%s:3: [syncline] retry-min: \"never\"", drop_in);
  assert_contains (message, start);
}

/* --- The full check -------------------------------------------------------------------------- */

static void
test_valid (void)
{
  g_autoptr (Scratch) scratch = scratch_new ();
  g_autofree char *schema
      = scratch_write (scratch, "schema.conf", "[table todos]\ndescription = text\n");
  g_autofree char *path = scratch_write (scratch, "syncline.conf",
                                         "[syncline]\nstore = test-store\nupload = test-transport\n"
                                         "download = test-transport\nauth = test-auth\n"
                                         "serializer = test-second, test-first\n"
                                         "schema = schema.conf\n"
                                         "[test-store]\npath = app.db\n"
                                         "[test-transport]\nurl = https://example.com/\n"
                                         "[test-auth]\nkey = abc\n");
  g_autoptr (GError) error = NULL;

  g_autoptr (SynclineConfig) config = syncline_config_new_from_file (path, &error);
  g_assert_no_error (error);
  syncline_config_check (config, &error);
  g_assert_no_error (error);
}

/* A role that is left out is off. */
static void
test_roles (void)
{
  static const char *const valid[] = { "[syncline]\n", "[syncline]\nauth = test-auth\n"
                                                       "[test-auth]\nkey = x\n" };

  for (guint i = 0; i < G_N_ELEMENTS (valid); i++)
    {
      g_autoptr (SynclineConfig) config = parse (valid[i]);
      g_autoptr (GError) error = NULL;

      syncline_config_check (config, &error);
      g_assert_no_error (error);
    }

  g_autoptr (SynclineConfig) no_store = parse ("[syncline]\nupload = test-upload\n");
  g_autofree char *message = check_badly (no_store, SYNCLINE_ERROR_CONFIG);
  g_assert_cmpstr (
      message, ==,
      "t.conf:2: [syncline] upload: there is nowhere to keep the data; set store as well");

  g_autoptr (SynclineConfig) no_schema
      = parse ("[syncline]\nstore = test-store\n[test-store]\npath = x\n");
  g_autofree char *schema = check_badly (no_schema, SYNCLINE_ERROR_CONFIG);
  assert_contains (schema, "t.conf:1: [syncline] schema: not set, but required with a store");

  g_autoptr (SynclineConfig) no_group = parse ("[sync-line]\nstore = test-store\n");
  g_autofree char *group = check_badly (no_group, SYNCLINE_ERROR_CONFIG);
  assert_contains (group, "t.conf: there is no group [syncline], which names the plugins");
  assert_contains (group, "t.conf:1: [sync-line]: unknown group; did you mean \"syncline\"?");

  g_autoptr (SynclineConfig) swapped = parse ("[syncline]\nretry-min = 2min\n");
  g_autofree char *order = check_badly (swapped, SYNCLINE_ERROR_CONFIG);
  assert_contains (order, "t.conf:2: [syncline] retry-min: bigger than retry-max");
}

/* A config whose only fault is a plugin is told apart: the file may be right. */
static void
test_missing_plugin (void)
{
  g_autoptr (SynclineConfig) config
      = parse ("[syncline]\nauth = test-auht\n[test-auht]\nkey = x\n");
  g_autofree char *message = check_badly (config, SYNCLINE_ERROR_PLUGIN);

  assert_contains (message, "t.conf:2: [syncline] auth: there is no plugin \"test-auht\"");
  assert_contains (message, "did you mean \"test-auth\"?");
}

/* --- Every mistake at once ------------------------------------------------------------------- */

typedef struct
{
  const char *file;
  const char *start; /* line, group and key */
  const char *advice;
} Expected;

#define CONFIG "mistakes.conf"
#define SCHEMA "mistakes-schema.conf"

static const Expected mistakes[] = {
  { CONFIG, ":2: stray: the key stands before the first [group]", "move it into one" },
  { CONFIG, ":5: [syncline] upload: there is no plugin \"test-uplod\"",
    "did you mean \"test-upload\"?" },
  { CONFIG, ":6: [syncline] download: the plugin \"test-upload\" offers no download",
    "only upload" },
  { CONFIG, ":8: [syncline] serializer: the plugin \"test-auth\" is of kind auth",
    "of kind serializer is needed" },
  { CONFIG, ":8: [syncline] serializer: the plugin \"test-first\" is there twice", "remove one" },
  { CONFIG, ":10: [syncline] schema: the key is already set, in line 9", "remove one" },
  { CONFIG, ":11: [syncline] retry-min: \"2 fortnights\" has something else after the number",
    "30s, 5min, 2h or 1d, from 10ms to 1h" },
  { CONFIG, ":13: [syncline] upload-max-changes: \"100001\" is out of range", "from 1 to 100000" },
  { CONFIG, ":14: [syncline] parameters: not a JSON object, wrong from byte 13 on",
    "write one such as" },
  { CONFIG, ":15: [syncline] shcema: unknown key", "did you mean \"schema\"?" },
  { CONFIG, ":16: [syncline]: malformed line", "key = value" },
  { CONFIG, ":18: [test-store] path: not set, but required (The file)", "set it" },
  { CONFIG, ":19: [test-store] pth: unknown key", "did you mean \"path\"?" },
  { CONFIG, ":20: [test-store] mode: \"wall\" is not one of the choices", "did you mean \"wal\"?" },
  { CONFIG, ":21: [test-store] size: \"1T\" has something else after the number",
    "500, 64K, 10M or 1G, from 4K to 1G" },
  { CONFIG, ":25: [test-auth] key-file: key is set, too", "remove one of the two" },
  { CONFIG, ":26: [test-auth] wibble: unknown key",
    "the keys of this group are: key, key-file, old-key" },
  { CONFIG,
    ":28: [test-transport]: the group [test-transport] configures a plugin that no role uses",
    "or remove the group" },
  { CONFIG, ":31: [test-store]: the group is already there, in line 18", "join the two" },
  { CONFIG, ":32: [test-store] name: the environment variable SYNCLINE_TEST_UNSET is not set",
    "${SYNCLINE_TEST_UNSET:-default}" },
  { CONFIG, ":34: [test-stroe]: unknown group", "did you mean \"test-store\"?" },
  { CONFIG, ":35: malformed group", "write [name]" },
  { SCHEMA, ":2: [table todos] id: every table has the column id by itself", "remove this line" },
  { SCHEMA, ":3: [table todos] description: \"txt\" is no known type", "did you mean \"text\"?" },
  { SCHEMA, ":4: [table todos] Description: SQLite can't tell this column from \"description\"",
    "rename one" },
  { SCHEMA, ":6: [options todoz]: there is no table of that name", "did you mean \"todos\"?" },
};

static void
test_mistakes (void)
{
  g_autofree char *folder = g_test_build_filename (G_TEST_DIST, "tests", "unit", "data", NULL);
  g_autofree char *path = g_build_filename (folder, CONFIG, NULL);
  g_autoptr (GError) error = NULL;

  g_unsetenv ("SYNCLINE_TEST_UNSET");
  g_assert_null (syncline_config_new_from_file (path, &error));
  g_assert_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_CONFIG);
  g_auto (GStrv) lines = g_strsplit (error->message, "\n", -1);
  for (guint i = 0; i < G_N_ELEMENTS (mistakes) && lines[i] != NULL; i++)
    {
      g_autofree char *start = g_strconcat (folder, "/", mistakes[i].file, mistakes[i].start, NULL);
      if (!g_str_has_prefix (lines[i], start))
        g_error ("\"%s\" does not begin with \"%s\"", lines[i], start);
      assert_contains (lines[i], mistakes[i].advice);
    }
  g_assert_cmpuint (g_strv_length (lines), ==, G_N_ELEMENTS (mistakes));
  g_assert_null (strstr (error->message, "correct-horse-battery"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_setenv ("SYNCLINE_PLUGIN_PATH", "", TRUE);
  test_plugins_add ();
  g_test_add_func ("/config/form", test_form);
  g_test_add_func ("/config/length", test_length);
  g_test_add_func ("/config/faults-of-form", test_faults_of_form);
  g_test_add_func ("/config/form-hides-lines", test_form_hides_lines);
  g_test_add_func ("/config/missing-file", test_missing_file);
  g_test_add_func ("/config/variables", test_variables);
  g_test_add_func ("/config/faults-of-variables", test_faults_of_variables);
  g_test_add_func ("/config/lines-of-variables", test_lines_of_variables);
  g_test_add_func ("/config/set", test_set);
  g_test_add_func ("/config/ref", test_ref);
  g_test_add_func ("/config/drop-ins", test_drop_ins);
  g_test_add_func ("/config/faults-of-drop-ins", test_faults_of_drop_ins);
  g_test_add_func ("/config/valid", test_valid);
  g_test_add_func ("/config/roles", test_roles);
  g_test_add_func ("/config/missing-plugin", test_missing_plugin);
  g_test_add_func ("/config/mistakes", test_mistakes);
  return g_test_run ();
}
