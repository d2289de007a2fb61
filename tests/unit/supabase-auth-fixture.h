/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* The supabase-auth module as it was built, with a stub server in place of the auth server. */

#pragma once

#include <syncline/auth.h>
#include <syncline/config.h>
#include <syncline/testing.h>

#include "support/stub-server.h"

G_BEGIN_DECLS

#define USER "5f0f6a1e-8d5c-4c57-9a0b-0a8d6a1c2b3d"
#define OTHER_USER "a0000000-0000-4000-8000-000000000002"
#define SESSION_KEY "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="

/* One more or less independent user of the session file. */
typedef struct
{
  SynclineHost *host;
  SynclineTestPlugin *test_plugin;
  gpointer self;
} Instance;

typedef struct
{
  StubServer *server;
  char *directory;
  char *path; /* of the session file */
  const SynclineAuthClass *auth;
  Instance main;
} Fixture;

void fixture_set_up (Fixture *fixture, gconstpointer data);
void fixture_tear_down (Fixture *fixture, gconstpointer data);

/* An instance with one more key in its config, or NULL. */
void instance_start (Instance *instance, Fixture *fixture, const char *key, const char *value);
void instance_start_at (
    Instance *instance, Fixture *fixture, const char *url, const char *key, const char *value);
void instance_stop (Instance *instance);

/* The answer with a session: the Nth access and refresh token of @user. */
char *make_session (const char *user, guint n, guint expires_in);
char *make_access_token (const char *user, guint n, guint expires_in);
void push_session (Fixture *fixture, const char *user, guint n, guint expires_in);

GVariant *make_password (void);
/* Signs the main instance in: request 0, tokens 1, good for an hour. */
void sign_in (Fixture *fixture);

/* Asks the instance for credentials and compares the token with the Nth. */
void assert_token (Fixture *fixture, Instance *instance, gint64 min_validity, guint n);
void assert_no_token (Fixture *fixture, Instance *instance, gint64 min_validity, int code);

/* Compares a request with method, path and query (NULL for none), and a member of its body. */
void assert_request (Fixture *fixture,
                     guint index,
                     const char *method_and_target,
                     const char *member,
                     const char *value);

gboolean session_file_exists (Fixture *fixture);
/* "" when there is none. */
GBytes *read_session_file (Fixture *fixture);
void write_session_file (Fixture *fixture, const void *data, gsize length);

#define ADD_TEST(path, function)                                                                   \
  g_test_add (path, Fixture, NULL, fixture_set_up, function, fixture_tear_down)

G_END_DECLS
