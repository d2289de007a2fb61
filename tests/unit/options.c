/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include <glib/gstdio.h>
#include <string.h>

#include "core/log.h"
#include "core/options.h"
#include "unit/scratch.h"

typedef struct
{
  char *text;
  char *named;
  char *path;
  char *url;
  gint64 integer;
  gint64 free_integer;
  gint64 duration;
  gint64 size;
  gboolean boolean;
  int choice;
  char **list;
  char **words;
  char *secret;
  char **headers;
  char *old;
} Config;

static const char *const choices[] = { "red", "green", "blue", NULL };

static const SynclineOption table[] = {
  { .name = "text",
    .type = SYNCLINE_OPTION_STRING,
    .offset = SYNCLINE_OPTION_FIELD_STRING (Config, text),
    .summary = "A text" },
  { .name = "named",
    .type = SYNCLINE_OPTION_STRING,
    .offset = SYNCLINE_OPTION_FIELD_STRING (Config, named),
    .default_value = "default",
    .summary = "A text with a default" },
  { .name = "path",
    .type = SYNCLINE_OPTION_PATH,
    .offset = SYNCLINE_OPTION_FIELD_STRING (Config, path),
    .summary = "A file" },
  { .name = "url",
    .type = SYNCLINE_OPTION_URL,
    .offset = SYNCLINE_OPTION_FIELD_STRING (Config, url),
    .summary = "A server" },
  { .name = "integer",
    .type = SYNCLINE_OPTION_INTEGER,
    .offset = SYNCLINE_OPTION_FIELD_NUMBER (Config, integer),
    .default_value = "7",
    .minimum = -5,
    .maximum = 10,
    .summary = "A number" },
  { .name = "free-integer",
    .type = SYNCLINE_OPTION_INTEGER,
    .offset = SYNCLINE_OPTION_FIELD_NUMBER (Config, free_integer),
    .summary = "A number of any size" },
  { .name = "duration",
    .type = SYNCLINE_OPTION_DURATION,
    .offset = SYNCLINE_OPTION_FIELD_NUMBER (Config, duration),
    .default_value = "90s",
    .minimum = 250 * G_TIME_SPAN_MILLISECOND,
    .maximum = G_MAXINT64,
    .summary = "A time" },
  { .name = "size",
    .type = SYNCLINE_OPTION_SIZE,
    .offset = SYNCLINE_OPTION_FIELD_NUMBER (Config, size),
    .summary = "A size" },
  { .name = "boolean",
    .type = SYNCLINE_OPTION_BOOLEAN,
    .offset = SYNCLINE_OPTION_FIELD_BOOLEAN (Config, boolean),
    .summary = "Yes or no" },
  { .name = "choice",
    .type = SYNCLINE_OPTION_CHOICE,
    .offset = SYNCLINE_OPTION_FIELD_CHOICE (Config, choice),
    .default_value = "green",
    .choices = choices,
    .summary = "A colour" },
  { .name = "list",
    .type = SYNCLINE_OPTION_LIST,
    .offset = SYNCLINE_OPTION_FIELD_LIST (Config, list),
    .summary = "Words" },
  { .name = "words",
    .type = SYNCLINE_OPTION_LIST,
    .offset = SYNCLINE_OPTION_FIELD_LIST (Config, words),
    .default_value = "a, b",
    .summary = "Words with a default" },
  { .name = "secret",
    .type = SYNCLINE_OPTION_STRING,
    .flags = SYNCLINE_OPTION_SECRET,
    .offset = SYNCLINE_OPTION_FIELD_STRING (Config, secret),
    .summary = "A secret" },
  { .name = "headers",
    .type = SYNCLINE_OPTION_LIST,
    .flags = SYNCLINE_OPTION_SECRET,
    .offset = SYNCLINE_OPTION_FIELD_LIST (Config, headers),
    .summary = "Words of which one may be secret" },
  { .name = "old",
    .type = SYNCLINE_OPTION_STRING,
    .flags = SYNCLINE_OPTION_DEPRECATED,
    .offset = SYNCLINE_OPTION_FIELD_STRING (Config, old),
    .summary = "Use text" },
  SYNCLINE_OPTION_END,
};

static GString *logged;

static GLogWriterOutput
write_log (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer data)
{
  for (gsize i = 0; i < n_fields; i++)
    if (g_str_equal (fields[i].key, "MESSAGE"))
      g_string_append_printf (logged, "%s\n", (const char *) fields[i].value);
  return G_LOG_WRITER_HANDLED;
}

/* Fills @config from the lines of a group. NULL, or the faults. */
static char *
fill_in (Config *config, const char *directory, const char *lines)
{
  g_autoptr (SynclineFaults) faults = syncline_faults_new ();
  g_autofree char *text = g_strconcat ("[g]\n", lines, NULL);
  g_autoptr (SynclineKeyfile) keyfile = syncline_keyfile_parse (text, strlen (text), "f", faults);
  const SynclineOptionSource source = {
    .name = "g", .group = syncline_keyfile_find (keyfile, "g"), .file = "f", .directory = directory
  };
  g_autoptr (GError) error = NULL;

  memset (config, 0, sizeof (*config));
  syncline_options_fill (table, config, &source, faults);
  return syncline_faults_check (faults, &error) ? NULL : g_strdup (error->message);
}

static char *
fill (Config *config, const char *lines)
{
  return fill_in (config, "/etc/app", lines);
}

static void
clear (Config *config)
{
  const Config empty = { 0 };

  syncline_options_clear (table, config);
  g_assert_cmpmem (config, sizeof (*config), &empty, sizeof (empty));
}

static void
assert_fault (const char *lines, const char *expected)
{
  Config config;
  g_autofree char *message = fill (&config, lines);

  clear (&config);
  g_assert_cmpstr (message, ==, expected);
}

/* --- Values ---------------------------------------------------------------------------------- */

static void
test_defaults (void)
{
  Config config;
  const char *const words[] = { "a", "b", NULL };

  g_assert_null (fill (&config, ""));
  g_assert_null (config.text);
  g_assert_cmpstr (config.named, ==, "default");
  g_assert_null (config.path);
  g_assert_null (config.url);
  g_assert_cmpint (config.integer, ==, 7);
  g_assert_cmpint (config.duration, ==, 90 * G_TIME_SPAN_SECOND);
  g_assert_cmpint (config.size, ==, 0);
  g_assert_false (config.boolean);
  g_assert_cmpint (config.choice, ==, 1);
  g_assert_null (config.list);
  g_assert_cmpstrv (config.words, words);
  g_assert_null (config.secret);
  clear (&config);
}

static void
test_values (void)
{
  Config config;
  const char *const list[] = { "x", "y z", NULL };

  g_assert_null (fill (&config, "text = a \"b\"\n"
                                "path = data/app.db\n"
                                "url = https://example.com:8443/api//\n"
                                "integer = -5\n"
                                "free-integer = -9223372036854775808\n"
                                "duration = 2h\n"
                                "size = 64 K\n"
                                "boolean = On\n"
                                "choice = blue\n"
                                "list = x ,y z\n"
                                "secret = short\n"));
  g_assert_cmpstr (config.text, ==, "a \"b\"");
  g_assert_cmpstr (config.path, ==, "/etc/app/data/app.db");
  g_assert_cmpstr (config.url, ==, "https://example.com:8443/api");
  g_assert_cmpint (config.integer, ==, -5);
  g_assert_cmpint (config.free_integer, ==, G_MININT64);
  g_assert_cmpint (config.duration, ==, 2 * G_TIME_SPAN_HOUR);
  g_assert_cmpint (config.size, ==, 65536);
  g_assert_true (config.boolean);
  g_assert_cmpint (config.choice, ==, 2);
  g_assert_cmpstrv (config.list, list);
  g_assert_cmpstr (config.secret, ==, "short");
  clear (&config);
}

/* An empty value is none, but replaces the default of a text or list. */
static void
test_empty (void)
{
  Config config;

  g_assert_null (fill (&config,
                       "text =\nnamed =\npath =\nurl =\ninteger =\nchoice =\nlist =\nwords =\n"
                       "secret =\nsecret-file =\n"));
  g_assert_null (config.text);
  g_assert_cmpstr (config.named, ==, "");
  g_assert_null (config.path);
  g_assert_null (config.url);
  g_assert_cmpint (config.integer, ==, 7);
  g_assert_cmpint (config.choice, ==, 1);
  g_assert_null (config.list);
  g_assert_nonnull (config.words);
  g_assert_null (config.words[0]);
  g_assert_null (config.secret);
  clear (&config);
}

typedef struct
{
  const char *text;
  gint64 value;
} Number;

static void
test_durations (void)
{
  static const Number numbers[] = {
    { "250ms", 250 * G_TIME_SPAN_MILLISECOND },
    { "30", 30 * G_TIME_SPAN_SECOND },
    { "30s", 30 * G_TIME_SPAN_SECOND },
    { "5 min", 5 * G_TIME_SPAN_MINUTE },
    { "2h", 2 * G_TIME_SPAN_HOUR },
    { "1d", G_TIME_SPAN_DAY },
  };

  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    {
      Config config;
      g_autofree char *line = g_strdup_printf ("duration = %s\n", numbers[i].text);

      g_assert_null (fill (&config, line));
      g_assert_cmpint (config.duration, ==, numbers[i].value);
      clear (&config);
    }
}

static void
test_sizes (void)
{
  static const Number numbers[]
      = { { "0", 0 },           { "500", 500 },
          { "4k", 4096 },       { "2M", 2097152 },
          { "3G", 3221225472 }, { "8589934591G", G_GINT64_CONSTANT (9223372035781033984) } };

  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    {
      Config config;
      g_autofree char *line = g_strdup_printf ("size = %s\n", numbers[i].text);

      g_assert_null (fill (&config, line));
      g_assert_cmpint (config.size, ==, numbers[i].value);
      clear (&config);
    }
}

static void
test_paths (void)
{
  Config config;
  g_autofree char *home = g_build_filename (g_get_home_dir (), "x", NULL);

  g_assert_null (fill (&config, "path = ~/x\n"));
  g_assert_cmpstr (config.path, ==, home);
  clear (&config);
  g_assert_null (fill (&config, "path = ~\n"));
  g_assert_cmpstr (config.path, ==, g_get_home_dir ());
  clear (&config);
  g_assert_null (fill (&config, "path = ~x\n"));
  g_assert_cmpstr (config.path, ==, "/etc/app/~x");
  clear (&config);
  g_assert_null (fill (&config, "path = /a/../b\n"));
  g_assert_cmpstr (config.path, ==, "/a/../b");
  clear (&config);
}

/* --- Faults ---------------------------------------------------------------------------------- */

#define A_DURATION "a duration such as 250ms, 30s, 5min, 2h or 1d, 250ms or more"
#define A_SIZE "a size in bytes such as 500, 64K, 10M or 1G"
#define A_URL "write one such as https://example.com/path"

static void
test_faults_of_numbers (void)
{
  assert_fault ("integer = 12x",
                "f:2: [g] integer: \"12x\" has something else after the number; write "
                "a whole number, from -5 to 10");
  assert_fault ("integer = 11",
                "f:2: [g] integer: \"11\" is out of range; write a whole number, from -5 to 10");
  assert_fault ("integer = -6",
                "f:2: [g] integer: \"-6\" is out of range; write a whole number, from -5 to 10");
  assert_fault ("integer = +1",
                "f:2: [g] integer: \"+1\" is not what is wanted; write a whole number, "
                "from -5 to 10");
  assert_fault ("integer = 0x5",
                "f:2: [g] integer: \"0x5\" has something else after the number; write "
                "a whole number, from -5 to 10");
  assert_fault ("integer = 1.5",
                "f:2: [g] integer: \"1.5\" has something else after the number; write "
                "a whole number, from -5 to 10");
  assert_fault ("free-integer = 9223372036854775808",
                "f:2: [g] free-integer: \"9223372036854775808\" "
                "is out of range; write a whole number");
  assert_fault ("duration = 5m",
                "f:2: [g] duration: \"5m\" has something else after the number; write " A_DURATION);
  assert_fault ("duration = -5s",
                "f:2: [g] duration: \"-5s\" is not what is wanted; write " A_DURATION);
  assert_fault ("duration = 200ms",
                "f:2: [g] duration: \"200ms\" is out of range; write " A_DURATION);
  assert_fault ("duration = 200000000d",
                "f:2: [g] duration: \"200000000d\" is out of range; write " A_DURATION);
  assert_fault ("size = -1", "f:2: [g] size: \"-1\" is not what is wanted; write " A_SIZE);
  assert_fault ("size = 1T",
                "f:2: [g] size: \"1T\" has something else after the number; write " A_SIZE);
  assert_fault ("size = 8589934592G",
                "f:2: [g] size: \"8589934592G\" is out of range; write " A_SIZE);
}

static void
test_faults_of_words (void)
{
  assert_fault ("boolean = maybe",
                "f:2: [g] boolean: \"maybe\" is neither true nor false; write one of them");
  assert_fault ("choice = gren",
                "f:2: [g] choice: \"gren\" is not one of the choices; did you mean "
                "\"green\"?");
  assert_fault ("choice = Blue",
                "f:2: [g] choice: \"Blue\" is not one of the choices; did you mean "
                "\"blue\"?");
  assert_fault ("choice = ultraviolet",
                "f:2: [g] choice: \"ultraviolet\" is not one of the choices; "
                "allowed are: red, green, blue");
  assert_fault ("list = a,,b",
                "f:2: [g] list: a word of the list is empty; write words with single "
                "commas between them");
  assert_fault ("path = \"app.db\"",
                "f:2: [g] path: the file name stands in quotes; write it without");
}

static void
test_faults_of_urls (void)
{
  assert_fault ("url = example.com", "f:2: [g] url: \"example.com\" is not a URL; " A_URL);
  assert_fault ("url = ftp://example.com",
                "f:2: [g] url: \"ftp://example.com\" is not an http or https URL; " A_URL);
  assert_fault ("url = https:///x", "f:2: [g] url: \"https:///x\" names no host; " A_URL);
  assert_fault (
      "url = https://me:hunter2@example.com",
      "f:2: [g] url: the URL holds a user name or password, which would show up in logs; " A_URL);
  assert_fault (
      "url = https://example.com?key=hunter2",
      "f:2: [g] url: \"https://example.com?key=hunter2\" has a query or a fragment, to which no "
      "path can be appended; " A_URL);
}

static void
test_faults_of_keys (void)
{
  assert_fault ("txt = x", "f:2: [g] txt: unknown key; did you mean \"text\"?");
  assert_fault ("free_integer = 1",
                "f:2: [g] free_integer: unknown key; did you mean \"free-integer\"?");
  assert_fault ("free = 1", "f:2: [g] free: unknown key; did you mean \"free-integer\"?");
  assert_fault ("secret-flie = x",
                "f:2: [g] secret-flie: unknown key; did you mean \"secret-file\"?");
  assert_fault ("zzzzzz = x",
                "f:2: [g] zzzzzz: unknown key; the keys of this group are: text, named, "
                "path, url, integer, free-integer, duration, size, boolean, choice, list, "
                "words, secret, secret-file, headers, headers-file, old");
  /* Only secrets can come from a file. */
  assert_fault (
      "named-file = x\nboolean = 2",
      "f:2: [g] named-file: unknown key; the keys of this group are: text, named, path, url, "
      "integer, free-integer, duration, size, boolean, choice, list, words, secret, "
      "secret-file, headers, headers-file, old\nf:3: [g] boolean: \"2\" is neither true nor false; "
      "write one of them");
}

static void
test_long_values (void)
{
  Config config;
  GString *line = g_string_new ("boolean = ");

  for (int i = 0; i < 100; i++)
    g_string_append (line, "ü");
  g_autofree char *message = fill (&config, line->str);
  g_assert_true (g_utf8_validate (message, -1, NULL));
  assert_contains (message, "ü…\" is neither");
  g_assert_cmpuint (strlen (message), <, 150);
  g_string_free (line, TRUE);
  clear (&config);
}

static void
test_deprecated (void)
{
  Config config;

  g_string_truncate (logged, 0);
  g_assert_null (fill (&config, "\nold = x\n"));
  g_assert_cmpstr (config.old, ==, "x");
  assert_contains (logged->str, "f:3: [g] old: deprecated (Use text)");
  clear (&config);
}

/* --- Secrets --------------------------------------------------------------------------------- */

static char *
read_secret_file (const Scratch *scratch, const char *content, char **out_secret)
{
  Config config;
  g_autofree char *path = scratch_write (scratch, "key", content);

  char *message = fill_in (&config, scratch->path, "secret-file = key\n");
  *out_secret = g_strdup (config.secret);
  clear (&config);
  return message;
}

static void
test_secret_file (void)
{
  g_autoptr (Scratch) scratch = scratch_new ();
  static const char *const contents[][2] = {
    { "one-secret", "one-secret" },     { "one-secret\n", "one-secret" },
    { "one-secret\r\n", "one-secret" }, { "one-secret\n\n", "one-secret\n" },
    { " one-secret ", " one-secret " }, { "line 1\nline 2\n", "line 1\nline 2" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (contents); i++)
    {
      g_autofree char *secret = NULL;
      g_assert_null (read_secret_file (scratch, contents[i][0], &secret));
      g_assert_cmpstr (secret, ==, contents[i][1]);
    }

  g_autofree char *nothing = NULL;
  g_autofree char *empty = read_secret_file (scratch, "\n", &nothing);
  assert_contains (empty, "key is empty; it must hold the secret");
  g_assert_null (nothing);
  g_autofree char *bytes = read_secret_file (scratch, "\xff\xfe", &nothing);
  assert_contains (bytes, "key is not UTF-8 text");
}

static void
test_secret_is_known_to_log (void)
{
  g_autoptr (Scratch) scratch = scratch_new ();
  Config config;
  g_autofree char *secret = NULL;

  g_assert_null (read_secret_file (scratch, "from-a-file-42\n", &secret));
  g_assert_null (fill (&config, "secret = from-a-value-42\n"));
  clear (&config);
  g_autofree char *redacted = syncline_log_redact ("from-a-file-42 and from-a-value-42");
  g_assert_cmpstr (redacted, ==, "[redacted] and [redacted]");

  g_assert_null (fill (&config, "headers = X-Key: word-of-a-list, X-Other: other-word\n"));
  g_assert_cmpstr (config.headers[1], ==, "X-Other: other-word");
  clear (&config);
  g_autofree char *word = syncline_log_redact ("<X-Key: word-of-a-list>");
  g_assert_cmpstr (word, ==, "<[redacted]>");
}

static void
test_faults_of_secret_files (void)
{
  Config config;

  assert_fault ("secret-file = gone",
                "f:2: [g] secret-file: /etc/app/gone can't be read: No such file or "
                "directory");
  assert_fault ("secret = correct-horse\nsecret-file = /x",
                "f:3: [g] secret-file: secret is set, too; remove one of the two");
  /* Somebody who pastes the secret itself does not find it in a log. */
  g_autofree char *message = fill (
      &config, "secret-file = eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJlLW9mLXRoaXM\n");
  assert_contains (message, "write the name of a file that holds the secret, not the secret");
  g_assert_null (strstr (message, "eyJ"));
  clear (&config);
}

static void
test_exposed_secret_file (void)
{
  g_autoptr (Scratch) scratch = scratch_new ();
  g_autofree char *path = scratch_write (scratch, "key", "exposed-key\n");
  Config config;

  g_string_truncate (logged, 0);
  g_assert_null (fill_in (&config, scratch->path, "secret-file = key\n"));
  g_assert_cmpstr (logged->str, ==, "");
  clear (&config);

  g_assert_cmpint (g_chmod (path, 0644), ==, 0);
  g_assert_null (fill_in (&config, scratch->path, "secret-file = key\n"));
  assert_contains (logged->str, "f:2: [g] secret-file: ");
  assert_contains (logged->str, "can be read by every user of this machine");
  clear (&config);
}

static void
test_credential (void)
{
  g_autoptr (Scratch) scratch = scratch_new ();
  g_autofree char *path = scratch_write (scratch, "api-key", "credential-value\n");
  Config config;

  g_unsetenv ("CREDENTIALS_DIRECTORY");
  g_autofree char *message = fill (&config, "secret-file = credential:api-key\n");
  assert_contains (message,
                   "the credential api-key can't be looked up: CREDENTIALS_DIRECTORY is not set");
  clear (&config);

  g_setenv ("CREDENTIALS_DIRECTORY", scratch->path, TRUE);
  g_assert_null (fill (&config, "secret-file = credential:api-key\n"));
  g_assert_cmpstr (config.secret, ==, "credential-value");
  clear (&config);
  assert_fault (
      "secret-file = credential:../api-key",
      "f:2: [g] secret-file: no name of a credential; write credential:NAME, without slashes");
  g_unsetenv ("CREDENTIALS_DIRECTORY");
}

/* --- Tables ---------------------------------------------------------------------------------- */

static void
assert_flaw (SynclineOption option, const char *expected)
{
  const SynclineOption options[] = { option, SYNCLINE_OPTION_END };
  g_autofree char *flaw = syncline_options_find_flaw (options, sizeof (gint64));

  assert_contains (flaw, expected);
}

static void
test_tables (void)
{
  g_assert_null (syncline_options_find_flaw (table, sizeof (Config)));
  g_assert_null (syncline_options_find_flaw (NULL, 0));

  const SynclineOption sound
      = { .name = "x", .type = SYNCLINE_OPTION_INTEGER, .summary = "A number" };
  SynclineOption option = sound;
  option.name = "X y";
  assert_flaw (option, "its name is not made of");
  option = sound;
  option.type = (SynclineOptionType) 77;
  assert_flaw (option, "it has no known type");
  option = sound;
  option.offset = 1;
  assert_flaw (option, "does not lie in a struct of 8 bytes");
  option.offset = G_MAXSIZE - 7;
  assert_flaw (option, "does not lie in a struct of 8 bytes");
  option = sound;
  option.minimum = 2;
  option.maximum = 1;
  assert_flaw (option, "its range is empty");
  option = sound;
  option.default_value = "x";
  assert_flaw (option, "\"x\" is not what is wanted");
  option.flags = SYNCLINE_OPTION_REQUIRED;
  assert_flaw (option, "it is required and has a default");
  option = sound;
  option.flags = SYNCLINE_OPTION_SECRET;
  assert_flaw (option, "it is secret, but neither a string nor a list");
  option = sound;
  option.type = SYNCLINE_OPTION_CHOICE;
  assert_flaw (option, "it has no choices");
  option = sound;
  option.summary = NULL;
  assert_flaw (option, "it has no summary");

  const SynclineOption twice[] = { sound, sound, SYNCLINE_OPTION_END };
  g_autofree char *flaw = syncline_options_find_flaw (twice, sizeof (gint64));
  assert_contains (flaw, "the option \"x\" is unusable: it is there twice");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  logged = g_string_new (NULL);
  g_log_set_writer_func (write_log, NULL, NULL);
  g_test_add_func ("/options/defaults", test_defaults);
  g_test_add_func ("/options/values", test_values);
  g_test_add_func ("/options/empty", test_empty);
  g_test_add_func ("/options/durations", test_durations);
  g_test_add_func ("/options/sizes", test_sizes);
  g_test_add_func ("/options/paths", test_paths);
  g_test_add_func ("/options/faults-of-numbers", test_faults_of_numbers);
  g_test_add_func ("/options/faults-of-words", test_faults_of_words);
  g_test_add_func ("/options/faults-of-urls", test_faults_of_urls);
  g_test_add_func ("/options/faults-of-keys", test_faults_of_keys);
  g_test_add_func ("/options/long-values", test_long_values);
  g_test_add_func ("/options/deprecated", test_deprecated);
  g_test_add_func ("/options/secret-file", test_secret_file);
  g_test_add_func ("/options/secret-is-known-to-log", test_secret_is_known_to_log);
  g_test_add_func ("/options/faults-of-secret-files", test_faults_of_secret_files);
  g_test_add_func ("/options/exposed-secret-file", test_exposed_secret_file);
  g_test_add_func ("/options/credential", test_credential);
  g_test_add_func ("/options/tables", test_tables);
  const int result = g_test_run ();
  g_string_free (logged, TRUE);
  return result;
}
