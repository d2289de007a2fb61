/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "serializer-contract.h"

static const char *const drop_owner[] = { "drop-columns", "owner", NULL };
static const SerializerFixture mock = { .without_owner = drop_owner };

static const char *const server_owned[] = { "server-owned", "owner", NULL };
static const SerializerFixture normalizer = { .without_owner = server_owned };

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  syncline_serializer_contract_add ("mock-serializer", &mock);
  syncline_serializer_contract_add ("json-normalizer", &normalizer);
  return g_test_run ();
}
