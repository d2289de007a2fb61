/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include <syncline/registry.h>

#include "auth-contract.h"
#include "mock-auth/mock-auth.h"

static char **
dup_options (gpointer data G_GNUC_UNUSED)
{
  const char *const options[] = { "signed-in", "false", "lifetime", "1000s", NULL };

  return g_strdupv ((char **) options);
}

static void
prepare (gpointer data G_GNUC_UNUSED, gpointer self, AuthSituation situation)
{
  static const MockAuthAnswer answers[] = {
    [AUTH_GRANT] = MOCK_AUTH_OK,      [AUTH_WRONG_PASSWORD] = MOCK_AUTH_REFUSED,
    [AUTH_ENDED] = MOCK_AUTH_REFUSED, [AUTH_UNAVAILABLE] = MOCK_AUTH_UNAVAILABLE,
    [AUTH_HANG] = MOCK_AUTH_HANG,
  };

  mock_auth_script (self, answers[situation]);
}

static const AuthFixture fixture = { .dup_options = dup_options, .prepare = prepare };

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  if (!syncline_registry_add (&mock_auth_plugin, NULL))
    g_error ("mock-auth can't be registered");
  syncline_auth_contract_add (mock_auth_plugin.name, &fixture);
  return g_test_run ();
}
