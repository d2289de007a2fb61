/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* Runs the command that was built, as a person or a script would. */

#pragma once

#include <gio/gio.h>
#include <json-c/json.h>

/* A directory for one test, removed with everything in it. */
typedef struct
{
  char *path;
} CliDirectory;

typedef struct
{
  int code; /* the exit code, or -1 when a signal ended it */
  char *out;
  char *err;
} CliRun;

void cli_directory_init (CliDirectory *directory);
void cli_directory_clear (CliDirectory *directory);
void cli_directory_write (const CliDirectory *directory, const char *name, const char *text);
char *cli_directory_read (const CliDirectory *directory, const char *name);

/* Runs "syncline" in @directory with the arguments, up to a NULL. @input may be NULL. */
CliRun *cli_run (const CliDirectory *directory, const char *input, ...) G_GNUC_NULL_TERMINATED;
void cli_run_free (CliRun *run);

/* What prepares a command that a test talks to while it runs. */
GSubprocessLauncher *cli_launcher_new (const CliDirectory *directory);
const char *cli_get_command (void);

/* Standard output as JSON, which it has to be. */
json_object *cli_run_parse_json (const CliRun *run);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (CliDirectory, cli_directory_clear)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CliRun, cli_run_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (json_object, json_object_put)

#define cli_assert_code(run, expected)                                                             \
  G_STMT_START                                                                                     \
  {                                                                                                \
    if ((run)->code != (expected))                                                                 \
      g_test_message ("standard error: %s", (run)->err);                                           \
    g_assert_cmpint ((run)->code, ==, (expected));                                                 \
  }                                                                                                \
  G_STMT_END

#define cli_assert_contains(text, part)                                                            \
  G_STMT_START                                                                                     \
  {                                                                                                \
    if (strstr ((text), (part)) == NULL)                                                           \
      g_error ("\"%s\" is not in: %s", (part), (text));                                            \
  }                                                                                                \
  G_STMT_END
