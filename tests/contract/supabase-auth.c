/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include <glib/gstdio.h>
#include <string.h>

#include "auth-contract.h"
#include "support/stub-server.h"

typedef struct
{
  StubServer *server;
  char *directory;
  char *path;
  guint n_tokens;
} Service;

static gpointer
set_up (void)
{
  Service *service = g_new0 (Service, 1);

  service->server = stub_server_new ();
  service->directory = g_dir_make_tmp ("syncline-contract-XXXXXX", NULL);
  g_assert_nonnull (service->directory);
  service->path = g_build_filename (service->directory, "session", NULL);
  return service;
}

static void
tear_down (gpointer data)
{
  Service *service = data;
  g_autoptr (GDir) directory = g_dir_open (service->directory, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (directory)) != NULL)
    {
      g_autofree char *path = g_build_filename (service->directory, name, NULL);

      g_remove (path);
    }
  g_rmdir (service->directory);
  stub_server_free (service->server);
  g_free (service->directory);
  g_free (service->path);
  g_free (service);
}

static char **
dup_options (gpointer data)
{
  Service *service = data;
  const char *const options[] = { "url",
                                  stub_server_get_url (service->server),
                                  "api-key",
                                  "sb_publishable_of_the_contract",
                                  "session-file",
                                  service->path,
                                  NULL };

  return g_strdupv ((char **) options);
}

static char *
base64url (const char *text)
{
  char *encoded = g_base64_encode ((const guchar *) text, strlen (text));

  g_strdelimit (encoded, "+", '-');
  g_strdelimit (encoded, "/", '_');
  encoded[strcspn (encoded, "=")] = '\0';
  return encoded;
}

static char *
make_session (guint number)
{
  const int lifetime = (int) (AUTH_LIFETIME / G_TIME_SPAN_SECOND);
  g_autofree char *payload
      = g_strdup_printf ("{\"sub\":\"user-1\",\"iat\":1700000000,\"exp\":%d,\"jti\":%u}",
                         1700000000 + lifetime, number);
  g_autofree char *head = base64url ("{\"alg\":\"HS256\",\"typ\":\"JWT\"}");
  g_autofree char *body = base64url (payload);

  return g_strdup_printf ("{\"access_token\":\"%s.%s.c2lnbmF0dXJl\",\"token_type\":\"bearer\","
                          "\"expires_in\":%d,\"refresh_token\":\"refresh-token-%u\","
                          "\"user\":{\"id\":\"user-1\",\"email\":\"me@example.org\"}}",
                          head, body, lifetime, number);
}

static void
prepare (gpointer data, gpointer self G_GNUC_UNUSED, AuthSituation situation)
{
  Service *service = data;
  g_autofree char *session = make_session (++service->n_tokens);

  switch (situation)
    {
    case AUTH_GRANT:
      stub_server_push_json (service->server, 200, session);
      break;
    case AUTH_WRONG_PASSWORD:
      stub_server_push_json (service->server, 400,
                             "{\"code\":400,\"error_code\":\"invalid_credentials\","
                             "\"msg\":\"Invalid login credentials\"}");
      break;
    case AUTH_ENDED:
      stub_server_push_json (service->server, 400,
                             "{\"code\":400,\"error_code\":\"refresh_token_not_found\","
                             "\"msg\":\"Invalid Refresh Token: Refresh Token Not Found\"}");
      break;
    case AUTH_UNAVAILABLE:
      stub_server_push (service->server, stub_answer_new (503, NULL, NULL));
      break;
    case AUTH_HANG:
      stub_server_push (service->server, stub_answer_new_hang ());
      break;
    }
}

static const AuthFixture fixture = {
  .set_up = set_up,
  .tear_down = tear_down,
  .dup_options = dup_options,
  .prepare = prepare,
  .sign_out_asks = TRUE,
};

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  syncline_auth_contract_add ("supabase-auth", &fixture);
  return g_test_run ();
}
