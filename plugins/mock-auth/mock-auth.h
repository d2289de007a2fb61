/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#pragma once

#include <mock-common/mock-common.h>
#include <syncline/auth.h>

G_BEGIN_DECLS

typedef struct
{
  char *user_id;
  char *token;
  char *password;
  char **users;
  gboolean signed_in;
  gint64 lifetime;
  gint64 seed;
  gint64 unavailable;
  gint64 refused;
  gint64 delay_time;
} MockAuthConfig;

/* What the next refresh or sign-in meets, in place of what the dice say. */
typedef enum
{
  MOCK_AUTH_OK,
  MOCK_AUTH_UNAVAILABLE,
  MOCK_AUTH_REFUSED,
  MOCK_AUTH_HANG, /* never */
} MockAuthAnswer;

typedef struct
{
  guint n_gets;
  guint n_refreshes;
  guint n_refused;
  guint n_sign_ins;
  guint n_sign_outs;
  guint n_invalidated;
} MockAuthCounts;

/* For tests that link this library: @self is an instance. */
void mock_auth_script (gpointer self, MockAuthAnswer answer);
MockAuthCounts mock_auth_get_counts (gpointer self);

/* The descriptor: a test that links this library registers mock_auth_plugin; the module exports the same
 * under the name that modules have to use. */

extern const SynclineOption mock_auth_options[];
extern const SynclineAuthClass mock_auth_methods;
extern const SynclinePlugin mock_auth_plugin;
gpointer mock_auth_create (gconstpointer config, SynclineHost *host, GError **error);
void mock_auth_destroy (gpointer self);

#define MOCK_AUTH_PLUGIN                                                                           \
  {                                                                                                \
    SYNCLINE_PLUGIN_HEADER,                                                                        \
        .kind = SYNCLINE_PLUGIN_AUTH, .name = "mock-auth", .version = SYNCLINE_VERSION,            \
        .license = "MIT", .summary = "a session without a server, for tests",                      \
        .options = mock_auth_options, .config_size = sizeof (MockAuthConfig),                      \
        .methods = &mock_auth_methods, .create = mock_auth_create, .destroy = mock_auth_destroy,   \
  }

G_END_DECLS
