/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* What the tests of the whole pipeline share: a stack, its users, devices, and waits with deadlines.
 *
 * Nothing is replaced here: configs name the real plugins, the server is PostgreSQL behind an API.
 * Each test makes users of its own, so that all of them can use one stack side by side; tests that
 * stop services start a stack of their own. */

#pragma once

#include <json-c/json.h>
#include <syncline/syncline.h>

/* --- The program and its stack (stack.c) ------------------------------------------------------- */

/* Ends the program with a TAP skip when there is no stack. */
void pipeline_init (int *argc, char ***argv);

/* Starts a stack for this program alone, with options of start.sh, and uses it from here on. */
void stack_start_own (const char *suffix, const char *const *options);

/* service.sh VERB SERVICES, on the program's own stack. */
void stack_service (const char *verb, const char *services);

/* Gives the stand-in for the PowerSync service an order, such as "fail-next". */
void stack_order (const char *order, const char *json);

/* Runs the tests; then stops what was started and removes what was written. */
int pipeline_run (void);

/* A new directory that goes with the program, however it ends. */
char *pipeline_make_directory (const char *name);

/* A file of the sources. */
char *pipeline_source_file (const char *path);

/* --- Processes (process.c) --------------------------------------------------------------------- */

/* Runs it to its end, which has to be a good one, and gives what it printed, without the last line end. */
char *run_command (const char *input, const char *const *arguments);

/* The same, but it may fail: @out_status is the exit status. */
char *run_any (const char *input, const char *const *arguments, int *out_status);

/* Starts it; it dies with this program at the latest. Its output goes to @log, a file. */
GSubprocess *spawn_command (const char *log, const char *const *arguments);

/* SIGTERM, then waits for its end and checks that it was a good one. */
void end_command (GSubprocess *process);

/* SIGKILL, then waits for its end. */
void kill_command (GSubprocess *process);

/* --- Waiting ----------------------------------------------------------------------------------- */

/* How long anything may take before a test fails, in microseconds: long enough for a busy machine. */
#define PATIENCE (30 * G_TIME_SPAN_SECOND)

/* Sleeps a few milliseconds; FALSE when it is past @deadline (of the monotonic clock). */
gboolean wait_before (gint64 deadline);

/* --- The server's side (server.c) -------------------------------------------------------------- */

typedef struct
{
  char *email;
  char *password;
  char *id;
  char *token; /* for looking at the server as this user; devices sign in for themselves */
} User;

User *user_new (void);
void user_free (User *user);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (User, user_free)

/* Asks PostgREST as @user, or past row level security with NULL. */
json_object *
rest (User *user, const char *method, const char *path, const char *body, guint *status);

/* Checks that it answers 2xx with JSON that equals @expected. */
void assert_rest (User *user, const char *path, const char *expected);

/* Runs statements as the superuser, past the API. Columns are joined with '|', rows with line ends. */
char *server_sql (const char *format, ...) G_GNUC_PRINTF (1, 2);

void assert_server (const char *expected, const char *format, ...) G_GNUC_PRINTF (2, 3);
void wait_server (const char *expected, const char *format, ...) G_GNUC_PRINTF (2, 3);

/* --- Devices (device.c) ------------------------------------------------------------------------ */

typedef struct
{
  char *directory;
  char *config; /* paths of files in it */
  char *database;
  GKeyFile *keys;         /* what goes into the config file */
  SynclineClient *client; /* while it is open */
} Device;

/* A directory with a config file for the example's tables. Nothing runs yet. */
Device *device_new (const char *name);
void device_free (Device *device);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Device, device_free)

/* Changes the config file of a device that is not open; NULL takes the key out. */
void device_configure (Device *device, const char *group, const char *key, const char *value);

/* Makes the servers unreachable, or reachable again, for a device that is not open. */
void device_unplug (Device *device);
void device_plug_in (Device *device);

void device_open (Device *device);
void device_close (Device *device);
void device_sign_in (Device *device, User *user);
void device_start (Device *device);

/* Open, signed in as @user, started. */
Device *device_new_running (const char *name, User *user);

void device_execute (Device *device, const char *format, ...) G_GNUC_PRINTF (2, 3);

/* Columns are joined with '|', rows with line ends; NULL is empty. */
char *device_query (Device *device, const char *sql);
void assert_device (Device *device, const char *expected, const char *format, ...)
    G_GNUC_PRINTF (3, 4);
void wait_device (Device *device, const char *expected, const char *format, ...)
    G_GNUC_PRINTF (3, 4);

void wait_until_synced (Device *device);
void wait_upload_state (Device *device, SynclineState state);
void wait_download_state (Device *device, SynclineState state);
void wait_rejected (Device *device, guint64 n_rejected);
guint64 device_count_queued (Device *device);

/* The rejected changes, oldest first: "OP table status code", one a line. */
char *device_list_rejected (Device *device);

/* A command line of `syncline -c CONFIG …`, for run_command() and spawn_command(). */
char **device_command (Device *device, const char *first, ...) G_GNUC_NULL_TERMINATED;
