/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* The command as far as it needs no database. */

#include "config.h"

#include "unit/cli-support.h"

#include <string.h>

#define SECRET "s3cr3t-that-nobody-may-see"

/* --- The command line ------------------------------------------------------------------------ */

static void
test_help (void)
{
  g_auto (CliDirectory) directory = { NULL };
  cli_directory_init (&directory);

  g_autoptr (CliRun) whole = cli_run (&directory, NULL, "--help", NULL);
  cli_assert_code (whole, 0);
  cli_assert_contains (whole->out, "queue list");
  cli_assert_contains (whole->out, "Exit codes:");

  g_autoptr (CliRun) verb = cli_run (&directory, NULL, "sync", "--help", NULL);
  g_autoptr (CliRun) same = cli_run (&directory, NULL, "help", "sync", NULL);
  cli_assert_code (verb, 0);
  cli_assert_contains (verb->out, "--timeout=DURATION");
  g_assert_cmpstr (verb->out, ==, same->out);

  g_autoptr (CliRun) group = cli_run (&directory, NULL, "help", "queue", NULL);
  cli_assert_code (group, 0);
  cli_assert_contains (group->out, "syncline queue discard");
}

/* Help for every verb that the table has, so that none can be without. */
static void
test_help_of_each (void)
{
  static const char *const verbs[] = { "init",
                                       "check",
                                       "login",
                                       "logout",
                                       "whoami",
                                       "run",
                                       "sync",
                                       "status",
                                       "sql",
                                       "stats",
                                       "top",
                                       "watch",
                                       "queue list",
                                       "queue retry",
                                       "queue discard",
                                       "streams list",
                                       "streams subscribe",
                                       "streams unsubscribe",
                                       "schema pull",
                                       "schema diff",
                                       "plugins",
                                       "version",
                                       "help" };
  g_auto (CliDirectory) directory = { NULL };
  cli_directory_init (&directory);
  g_autoptr (CliRun) whole = cli_run (&directory, NULL, "help", NULL);

  for (guint i = 0; i < G_N_ELEMENTS (verbs); i++)
    {
      g_auto (GStrv) words = g_strsplit (verbs[i], " ", -1);
      g_autofree char *usage = g_strdup_printf ("Usage: syncline %s ", verbs[i]);
      g_autoptr (CliRun) run = cli_run (&directory, NULL, "help", words[0], words[1], NULL);
      cli_assert_code (run, 0);
      cli_assert_contains (run->out, usage);
      cli_assert_contains (whole->out, verbs[i]);
    }
}

/* Scripts go by the numbers: they keep their meanings. New ones may come. */
static void
test_exit_codes (void)
{
  static const char *const lines[] = {
    "    0  it worked",
    "    1  it failed",
    "    2  the command line",
    "    3  the config",
    "    4  nobody is signed in",
    "    5  a server can't be reached",
    "    6  the server refused",
    "    7  the statement is wrong",
    "    8  another process holds",
    "    9  not possible now",
    "   10  the schema file and the server differ",
    "  130  interrupted",
  };
  g_auto (CliDirectory) directory = { NULL };
  cli_directory_init (&directory);

  g_autoptr (CliRun) help = cli_run (&directory, NULL, "help", NULL);
  for (guint i = 0; i < G_N_ELEMENTS (lines); i++)
    cli_assert_contains (help->out, lines[i]);
}

static void
test_version (void)
{
  g_auto (CliDirectory) directory = { NULL };
  cli_directory_init (&directory);

  g_autoptr (CliRun) option = cli_run (&directory, NULL, "--version", NULL);
  g_autoptr (CliRun) verb = cli_run (&directory, NULL, "version", NULL);
  cli_assert_code (option, 0);
  g_assert_cmpstr (option->out, ==, "syncline " PACKAGE_VERSION "\n");
  g_assert_cmpstr (option->out, ==, verb->out);

  g_autoptr (CliRun) json = cli_run (&directory, NULL, "version", "--json", NULL);
  g_autoptr (json_object) object = cli_run_parse_json (json);
  g_assert_cmpstr (json_object_get_string (json_object_object_get (object, "version")), ==,
                   PACKAGE_VERSION);
}

static void
assert_usage_error (const CliRun *run, const char *part)
{
  cli_assert_code (run, 2);
  cli_assert_contains (run->err, part);
  cli_assert_contains (run->err, "syncline: ");
}

static void
test_usage_errors (void)
{
  g_auto (CliDirectory) directory = { NULL };
  cli_directory_init (&directory);

  g_autoptr (CliRun) nothing = cli_run (&directory, NULL, NULL);
  assert_usage_error (nothing, "a command is missing");
  g_autoptr (CliRun) unknown = cli_run (&directory, NULL, "statsu", NULL);
  assert_usage_error (unknown, "\"status\"");
  g_autoptr (CliRun) half = cli_run (&directory, NULL, "queue", NULL);
  assert_usage_error (half, "list, show, export, retry, discard");
  g_autoptr (CliRun) option = cli_run (&directory, NULL, "status", "--nonsense", NULL);
  assert_usage_error (option, "--nonsense");
  assert_usage_error (option, "syncline help status");
  g_autoptr (CliRun) argument = cli_run (&directory, NULL, "status", "nonsense", NULL);
  assert_usage_error (argument, "nonsense");
  g_autoptr (CliRun) missing = cli_run (&directory, NULL, "queue", "retry", NULL);
  assert_usage_error (missing, "ID");
  g_autoptr (CliRun) number = cli_run (&directory, NULL, "queue", "retry", "12x", NULL);
  assert_usage_error (number, "12x");
  g_autoptr (CliRun) duration = cli_run (&directory, NULL, "sync", "--timeout", "soon", NULL);
  assert_usage_error (duration, "soon");
}

/* No password may ever stand on a command line, where every process could read it. */
static void
test_no_password_option (void)
{
  g_auto (CliDirectory) directory = { NULL };
  cli_directory_init (&directory);

  g_autoptr (CliRun) run
      = cli_run (&directory, NULL, "login", "--email=a@b.c", "--password=" SECRET, NULL);
  cli_assert_code (run, 2);
}

/* --- Config files ---------------------------------------------------------------------------- */

static void
test_no_config (void)
{
  g_auto (CliDirectory) directory = { NULL };
  cli_directory_init (&directory);

  g_autoptr (CliRun) usual = cli_run (&directory, NULL, "status", NULL);
  cli_assert_code (usual, 3);
  cli_assert_contains (usual->err, "syncline.conf");
  cli_assert_contains (usual->err, "syncline init");
  g_autoptr (CliRun) named = cli_run (&directory, NULL, "-c", "other.conf", "status", NULL);
  cli_assert_code (named, 3);
  cli_assert_contains (named->err, "other.conf");
  g_autoptr (CliRun) late = cli_run (&directory, NULL, "status", "-c", "late.conf", NULL);
  cli_assert_contains (late->err, "late.conf");
}

static void
test_config_of_environment (void)
{
  g_auto (CliDirectory) directory = { NULL };
  cli_directory_init (&directory);
  g_autoptr (GSubprocessLauncher) launcher = cli_launcher_new (&directory);
  g_autoptr (GError) error = NULL;
  g_autofree char *errors = NULL;

  g_subprocess_launcher_setenv (launcher, "SYNCLINE_CONFIG", "from-environment.conf", TRUE);
  g_autoptr (GSubprocess) process
      = g_subprocess_launcher_spawn (launcher, &error, cli_get_command (), "status", NULL);
  g_assert_no_error (error);
  g_subprocess_communicate_utf8 (process, NULL, NULL, NULL, &errors, &error);
  g_assert_no_error (error);
  cli_assert_contains (errors, "from-environment.conf");
}

static void
test_init (void)
{
  g_auto (CliDirectory) directory = { NULL };
  cli_directory_init (&directory);

  cli_directory_write (&directory, ".gitignore", "mine\nsyncline-session*");
  g_autoptr (CliRun) first
      = cli_run (&directory, NULL, "init", "--supabase-url=https://a.example/$x/", NULL);
  cli_assert_code (first, 0);
  g_autofree char *config = cli_directory_read (&directory, "syncline.conf");
  cli_assert_contains (config, "url = https://a.example/$$x/rest/v1\n");
  cli_assert_contains (config, "url = ${POWERSYNC_URL}\n");
  g_assert_null (strchr (config, '@'));

  /* What was there stays, what was missing comes, nothing comes twice. */
  g_autofree char *ignored = cli_directory_read (&directory, ".gitignore");
  g_assert_true (g_str_has_prefix (ignored, "mine\nsyncline-session*\n"));
  cli_assert_contains (ignored, "\napp.db\n");
  g_assert_null (strstr (strstr (ignored, "syncline-session") + 1, "syncline-session"));
}

/* The command on a terminal of its own, typing INPUT. */
static CliRun *
run_on_terminal (const CliDirectory *directory, const char *input, const char *words)
{
  g_autoptr (GSubprocessLauncher) launcher = cli_launcher_new (directory);
  g_autofree char *line = g_strdup_printf ("'%s' %s", cli_get_command (), words);
  g_autoptr (GError) error = NULL;
  CliRun *run = g_new0 (CliRun, 1);

  g_autoptr (GSubprocess) process
      = g_subprocess_launcher_spawn (launcher, &error, "script", "-qec", line, "/dev/null", NULL);
  if (process == NULL)
    {
      cli_run_free (run);
      return NULL;
    }
  g_subprocess_communicate_utf8 (process, input, NULL, &run->out, &run->err, &error);
  g_assert_no_error (error);
  run->code = g_subprocess_get_exit_status (process);
  return run;
}

/* It asks for what no flag gives, and again after an answer that is no URL. */
static void
test_init_asks (void)
{
  g_auto (CliDirectory) directory = { NULL };
  cli_directory_init (&directory);

  g_autoptr (CliRun) run
      = run_on_terminal (&directory, "db.example.com\nhttps://db.example.com\n\n", "init");
  if (run == NULL)
    {
      g_test_skip ("there is no script(1)");
      return;
    }
  cli_assert_code (run, 0);
  cli_assert_contains (run->out, "URL of the Supabase project");
  cli_assert_contains (run->out, "'db.example.com' is not a URL");
  g_autofree char *config = cli_directory_read (&directory, "syncline.conf");
  cli_assert_contains (config, "url = https://db.example.com/rest/v1\n");
  cli_assert_contains (config, "url = ${POWERSYNC_URL}\n");

  g_autoptr (CliRun) flags = run_on_terminal (
      &directory, "",
      "init --force --supabase-url=https://a.example --powersync-url=https://b.example");
  cli_assert_code (flags, 0);
  g_assert_null (strstr (flags->out, "URL of"));
  g_autoptr (CliRun) quiet = run_on_terminal (&directory, "", "init --force -q");
  cli_assert_code (quiet, 0);
  g_assert_null (strstr (quiet->out, "URL of"));
}

static void
test_init_again (void)
{
  g_auto (CliDirectory) directory = { NULL };
  cli_directory_init (&directory);

  cli_directory_write (&directory, "schema.conf", "# precious\n");
  g_autoptr (CliRun) refused = cli_run (&directory, NULL, "init", NULL);
  cli_assert_code (refused, 1);
  cli_assert_contains (refused->err, "schema.conf");
  g_autofree char *kept = cli_directory_read (&directory, "schema.conf");
  g_assert_cmpstr (kept, ==, "# precious\n");
  g_autofree char *config = g_build_filename (directory.path, "syncline.conf", NULL);
  g_assert_false (g_file_test (config, G_FILE_TEST_EXISTS));

  g_autoptr (CliRun) forced = cli_run (&directory, NULL, "init", "--force", NULL);
  cli_assert_code (forced, 0);
  g_autofree char *written = cli_directory_read (&directory, "schema.conf");
  cli_assert_contains (written, "[table todos]");

  g_autoptr (CliRun) elsewhere = cli_run (&directory, NULL, "init", "--dir", "new/place", NULL);
  cli_assert_code (elsewhere, 0);
  g_autofree char *there = cli_directory_read (&directory, "new/place/syncline.conf");
  cli_assert_contains (there, "[syncline]");
}

/* --- Faults ---------------------------------------------------------------------------------- */

static const char faulty_config[] = "[syncline]\n"
                                    "stoer = sqlite-store\n"
                                    "store = no-such-store\n"
                                    "retry-min = soon\n"
                                    "retry-max = 2y\n"
                                    "upload-max-changes = 0\n"
                                    "default-streams = perhaps\n"
                                    "parameters = {not json\n"
                                    "schema = missing-schema.conf\n"
                                    "schema = other.conf\n"
                                    "a line that is none " SECRET "\n"
                                    "[nonsense]\n"
                                    "password = " SECRET "\n"
                                    "[syncline]\n"
                                    "upload-max-bytes = ${NO_SUCH_VARIABLE}\n";

static void
assert_faults (const char *text)
{
  static const guint lines[] = { 2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 14, 15 };

  for (guint i = 0; i < G_N_ELEMENTS (lines); i++)
    {
      g_autofree char *where = g_strdup_printf ("syncline.conf:%u: ", lines[i]);
      cli_assert_contains (text, where);
    }
  cli_assert_contains (text, "did you mean");
  g_assert_null (strstr (text, SECRET));
}

static void
test_faults (void)
{
  g_auto (CliDirectory) directory = { NULL };
  cli_directory_init (&directory);
  cli_directory_write (&directory, "syncline.conf", faulty_config);

  g_autoptr (CliRun) check = cli_run (&directory, NULL, "check", NULL);
  cli_assert_code (check, 3);
  assert_faults (check->out);

  /* Every other verb tells them as well, before it does anything. */
  g_autoptr (CliRun) status = cli_run (&directory, NULL, "status", NULL);
  cli_assert_code (status, 3);
  assert_faults (status->err);
  g_assert_cmpstr (status->out, ==, "");
}

static void
test_faults_as_json (void)
{
  g_auto (CliDirectory) directory = { NULL };
  cli_directory_init (&directory);
  cli_directory_write (&directory, "syncline.conf", faulty_config);

  g_autoptr (CliRun) run = cli_run (&directory, NULL, "check", "--json", NULL);
  cli_assert_code (run, 3);
  g_autoptr (json_object) results = cli_run_parse_json (run);
  g_assert_cmpuint (json_object_array_length (results), >=, 12);
  for (gsize i = 0; i < json_object_array_length (results); i++)
    {
      json_object *result = json_object_array_get_idx (results, i);
      g_assert_false (json_object_get_boolean (json_object_object_get (result, "ok")));
      g_assert_nonnull (json_object_object_get (result, "message"));
    }
  assert_faults (run->out);
}

/* --- Plugins --------------------------------------------------------------------------------- */

static void
test_unknown_plugin (void)
{
  g_auto (CliDirectory) directory = { NULL };
  cli_directory_init (&directory);

  g_autoptr (CliRun) run = cli_run (&directory, NULL, "plugins", "no-such-plugin", NULL);
  cli_assert_code (run, 3);
  cli_assert_contains (run->err, "no-such-plugin");
}

static void
test_core_options (void)
{
  g_auto (CliDirectory) directory = { NULL };
  cli_directory_init (&directory);

  g_autoptr (CliRun) text = cli_run (&directory, NULL, "plugins", "syncline", NULL);
  cli_assert_code (text, 0);
  cli_assert_contains (text->out, "  retry-min = duration, from 10ms to 1h\n");
  cli_assert_contains (text->out, "Default: 1s\n");

  g_autoptr (CliRun) json = cli_run (&directory, NULL, "plugins", "syncline", "--json", NULL);
  g_autoptr (json_object) object = cli_run_parse_json (json);
  json_object *options = json_object_object_get (object, "options");
  json_object *first = json_object_array_get_idx (options, 0);
  g_assert_cmpstr (json_object_get_string (json_object_object_get (first, "name")), ==, "store");
  g_assert_cmpstr (json_object_get_string (json_object_object_get (first, "type")), ==, "string");
}

/* A program that reads no table finds no colours either. */
static void
test_no_escapes (void)
{
  g_auto (CliDirectory) directory = { NULL };
  cli_directory_init (&directory);

  g_autoptr (CliRun) help = cli_run (&directory, NULL, "help", NULL);
  g_autoptr (CliRun) wrong = cli_run (&directory, NULL, "wrong", NULL);
  g_assert_null (strchr (help->out, '\033'));
  g_assert_null (strchr (wrong->err, '\033'));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cli/help", test_help);
  g_test_add_func ("/cli/help-of-each", test_help_of_each);
  g_test_add_func ("/cli/exit-codes", test_exit_codes);
  g_test_add_func ("/cli/version", test_version);
  g_test_add_func ("/cli/usage-errors", test_usage_errors);
  g_test_add_func ("/cli/no-password-option", test_no_password_option);
  g_test_add_func ("/cli/no-config", test_no_config);
  g_test_add_func ("/cli/config-of-environment", test_config_of_environment);
  g_test_add_func ("/cli/init", test_init);
  g_test_add_func ("/cli/init-asks", test_init_asks);
  g_test_add_func ("/cli/init-again", test_init_again);
  g_test_add_func ("/cli/faults", test_faults);
  g_test_add_func ("/cli/faults-as-json", test_faults_as_json);
  g_test_add_func ("/cli/unknown-plugin", test_unknown_plugin);
  g_test_add_func ("/cli/core-options", test_core_options);
  g_test_add_func ("/cli/no-escapes", test_no_escapes);
  return g_test_run ();
}
