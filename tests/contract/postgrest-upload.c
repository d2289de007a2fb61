/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "support/stub-server.h"
#include "transport-contract.h"

static gpointer
set_up (void)
{
  return stub_server_new ();
}

static void
tear_down (gpointer data)
{
  stub_server_free (data);
}

static char **
dup_options (gpointer data)
{
  const char *const options[] = { "url", stub_server_get_url (data), NULL };

  return g_strdupv ((char **) options);
}

static StubAnswer *
make_answer (TransportSituation situation)
{
  static const char refusal[] = "{\"code\":\"23514\",\"message\":\"violates a check constraint\","
                                "\"details\":null,\"hint\":null}";

  switch (situation)
    {
    case TRANSPORT_UPLOAD_ACCEPT:
      return stub_answer_new (201, NULL, NULL);
    case TRANSPORT_UPLOAD_REJECT:
      /* Refused together, the changes are tried one by one. */
      return stub_answer_with_repeat (stub_answer_new (400, "application/json", refusal), 0);
    case TRANSPORT_UPLOAD_UNAVAILABLE:
      return stub_answer_new (503, NULL, NULL);
    case TRANSPORT_UPLOAD_TOO_MANY:
      return stub_answer_with_header (stub_answer_new (429, NULL, NULL), "Retry-After", "7");
    case TRANSPORT_UPLOAD_UNAUTHORIZED:
      return stub_answer_new (401, "application/json",
                              "{\"code\":\"PGRST303\",\"message\":\"JWT expired\"}");
    case TRANSPORT_UPLOAD_LOST:
      return stub_answer_with_repeat (stub_answer_new_close (), 0);
    case TRANSPORT_UPLOAD_HANG:
      return stub_answer_new_hang ();
    default:
      g_assert_not_reached ();
    }
}

static void
prepare (gpointer data, TransportSituation situation, guint n_changes G_GNUC_UNUSED)
{
  if (situation == TRANSPORT_DOWN)
    stub_server_stop (data);
  else
    stub_server_push (data, make_answer (situation));
}

static const TransportFixture fixture = {
  .set_up = set_up,
  .tear_down = tear_down,
  .dup_options = dup_options,
  .prepare = prepare,
  .uploads = TRUE,
};

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  syncline_transport_contract_add ("postgrest-upload", &fixture);
  return g_test_run ();
}
