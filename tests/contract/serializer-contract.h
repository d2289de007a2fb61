/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* What a serializer has to do, for any plugin of the kind. */

#pragma once

#include <syncline/serializer.h>

#include "contract.h"

G_BEGIN_DECLS

typedef struct
{
  /* The options of an instance; NULL for defaults. */
  const char *const *options;
  /* The options of an instance that never sends the column `owner`; NULL if there are none. */
  const char *const *without_owner;
} SerializerFixture;

void syncline_serializer_contract_add (const char *plugin_name, const SerializerFixture *fixture);

G_END_DECLS
