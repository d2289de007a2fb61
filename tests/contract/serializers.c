/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "serializer-contract.h"

static const char *const drop_owner[] = { "drop-columns", "owner", NULL };
static const SerializerFixture mock = { .without_owner = drop_owner };

static const char *const server_owned[] = { "server-owned", "owner", NULL };
static const SerializerFixture normalizer = { .without_owner = server_owned };

static const char *const seal_details[]
    = { "columns", "todos.details, todos.tags", "keys",
        "a:MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=", NULL };
static const SerializerFixture seal = { .options = seal_details };

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  syncline_serializer_contract_add ("mock-serializer", &mock);
  syncline_serializer_contract_add ("json-normalizer", &normalizer);
  syncline_serializer_contract_add ("column-seal", &seal);
  return g_test_run ();
}
