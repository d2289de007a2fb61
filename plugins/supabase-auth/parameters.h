/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* From the parameters of a sign-in or sign-up (an a{sv}) to the request for the auth server. What goes
 * together decides which:
 *
 * sign_in: "email" or "phone" with "password"; with "token" (a one-time password; "type" says which kind);
 * "token-hash" with "type"; "anonymous" (b); "auth-code" with "code-verifier" (PKCE); "provider" with "id-token"
 * ("nonce", "access-token").
 *
 * sign_up: "email" or "phone" with "password", or with "otp" (b) to have a one-time password or a magic
 * link sent ("create-user" (b)); "data" (JSON object text kept with the user) and "redirect-to".
 *
 * browser: "provider" ("scopes"), or "email" to have a link sent; "redirect-to". It is finished by sign_in with
 * "callback-url", where the browser came back to, or "auth-code".
 *
 * changes: "email", "phone", "password", "data", "nonce".
 *
 * With each that asks the server: "captcha-token". */

#pragma once

#include <gio/gio.h>
#include <json-c/json.h>

G_BEGIN_DECLS

/* The body, and the path with its query. SYNCLINE_ERROR_INVALID_ARGUMENT. */
json_object *parameters_read_sign_in (GVariant *parameters, char **out_path, GError **error);
json_object *parameters_read_sign_up (GVariant *parameters, char **out_path, GError **error);

/* The query of the page to open, or NULL if a link is to be sent. */
gboolean parameters_read_browser (GVariant *parameters,
                                  const char *challenge,
                                  char **out_query,
                                  GError **error);
json_object *
parameters_read_link (GVariant *parameters, const char *challenge, char **out_path, GError **error);

json_object *parameters_read_changes (GVariant *parameters, GError **error);

G_END_DECLS
