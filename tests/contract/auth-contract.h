/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* What an auth plugin has to do, for any plugin of the kind that has passwords and refreshes. */

#pragma once

#include <syncline/auth.h>

#include "contract.h"

G_BEGIN_DECLS

/* How long the tokens of a fixture's server are good. */
#define AUTH_LIFETIME (1000 * G_TIME_SPAN_SECOND)

/* What the server is to do with the next request, be it a sign-in, a refresh or a sign-out. */
typedef enum
{
  AUTH_GRANT, /* a session of the user "user-1", with another token each time */
  AUTH_WRONG_PASSWORD,
  AUTH_ENDED, /* the session, so that it can't be refreshed */
  AUTH_UNAVAILABLE,
  AUTH_HANG,
} AuthSituation;

typedef struct
{
  gpointer (*set_up) (void);
  void (*tear_down) (gpointer data);
  /* The options of an instance, with nobody signed in; NULL for none. */
  char **(*dup_options) (gpointer data);
  /* Prepares the server for one request of @self. */
  void (*prepare) (gpointer data, gpointer self, AuthSituation situation);
  /* Whether signing out asks the server. */
  gboolean sign_out_asks;
} AuthFixture;

void syncline_auth_contract_add (const char *plugin_name, const AuthFixture *fixture);

G_END_DECLS
