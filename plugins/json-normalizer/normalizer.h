/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#pragma once

#include "serialize.h"

G_BEGIN_DECLS

/* Filled from the option table. */
typedef struct
{
  char **server_owned;
  char **rename;
  int unknown_columns; /* UnknownColumns */
  int json_null;       /* JsonNull */
} NormalizerConfig;

G_END_DECLS
