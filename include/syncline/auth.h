/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#pragma once

#include <syncline/plugin.h>

G_BEGIN_DECLS

/**
 * SynclineSignOutScope:
 * @SYNCLINE_SIGN_OUT_LOCAL: this session
 * @SYNCLINE_SIGN_OUT_GLOBAL: all sessions of the user
 * @SYNCLINE_SIGN_OUT_OTHERS: all sessions of the user but this one
 *
 * What a sign-out ends.
 *
 * Since: 0.1
 */
typedef enum
{
  SYNCLINE_SIGN_OUT_LOCAL,
  SYNCLINE_SIGN_OUT_GLOBAL,
  SYNCLINE_SIGN_OUT_OTHERS,
} SynclineSignOutScope;

/**
 * SynclineAuthClass:
 * @struct_size: `sizeof (SynclineAuthClass)`
 *
 * The methods of an auth plugin: one session, whose token both transports use. All calls may come
 * from any thread and overlap; the plugin sees to it that a refresh happens once. They block, and
 * return within 100 ms of a cancel. Slots are appended, never inserted.
 *
 * Since: 0.1
 */
typedef struct
{
  gsize struct_size;

  /**
   * SynclineAuthClass::get_credentials:
   *
   * Gets credentials that are good for at least @min_validity microseconds more, refreshing the
   * session if they would not be. Errors: %SYNCLINE_ERROR_NO_SESSION when nobody is signed in (or the
   * server ended the session), %SYNCLINE_ERROR_UNAVAILABLE when the server can't be reached: the
   * session stays. Being offline is never a sign-out.
   */
  SynclineCredentials *(*get_credentials) (gpointer self,
                                           gint64 min_validity,
                                           GCancellable *cancellable,
                                           GError **error);

  /* A server refused @credentials: the next get_credentials() has to bring others. Does no I/O. */
  void (*invalidate) (gpointer self, SynclineCredentials *credentials);

  /* Who is signed in, from memory or the session file, without asking the server; NULL if nobody. */
  char *(*dup_user_id) (gpointer self);

  /* May be missing. @parameters is an a{sv} whose keys depend on the plugin: for passwords "email" or
   * "phone", and "password". Asks syncline_host_admit_user() before a new session takes the place of the one
   * before. Errors: SYNCLINE_ERROR_REJECTED (wrong password), _UNAVAILABLE, the host's. */
  gboolean (*sign_in) (gpointer self,
                       GVariant *parameters,
                       GCancellable *cancellable,
                       GError **error);

  /* May be missing. Like sign_in(), for a new user. @out_session tells whether the user is signed in
   * now; if not, the server waits for a confirmation. */
  gboolean (*sign_up) (gpointer self,
                       GVariant *parameters,
                       gboolean *out_session,
                       GCancellable *cancellable,
                       GError **error);

  /* May be missing. Ends the session; the local one ends also when the server can't be reached. */
  gboolean (*sign_out) (gpointer self,
                        SynclineSignOutScope scope,
                        GCancellable *cancellable,
                        GError **error);

  /* May be missing. See SynclineTransportClass::probe. */
  gboolean (*probe) (gpointer self, char **out_message, GCancellable *cancellable, GError **error);

  /* May be missing. What is known of the signed-in user, an a{sv} ("id", "email", …), or NULL. */
  GVariant *(*dup_user) (gpointer self);

  /**
   * SynclineAuthClass::begin_browser_sign_in:
   *
   * May be missing. Begins a sign-in that goes on in a browser. *@out_url is what to open there, or %NULL when the
   * user gets a link in another way. The plugin keeps what it takes to finish, until sign_in() is called with
   * what the browser comes back with; a second beginning replaces the first. The keys of @parameters depend
   * on the plugin. Errors as for sign_in().
   */
  gboolean (*begin_browser_sign_in) (gpointer self,
                                     GVariant *parameters,
                                     char **out_url,
                                     GCancellable *cancellable,
                                     GError **error);

  /**
   * SynclineAuthClass::ask_user:
   *
   * May be missing. Like dup_user(), but asks the server, and keeps what it says. With @changes, an a{sv} or %NULL,
   * has it change the user first. Errors as for get_credentials(), and %SYNCLINE_ERROR_REJECTED for
   * changes that the server does not want.
   */
  GVariant *(*ask_user) (gpointer self,
                         GVariant *changes,
                         GCancellable *cancellable,
                         GError **error);
} SynclineAuthClass;

G_END_DECLS
