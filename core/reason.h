/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A code that says why a direction is in its state. Codes are an interface: they keep their names. */
typedef struct
{
  const char *code;
  const char *meaning;
  const char *waits_for;
} SynclineReason;

/* Ends with one whose code is NULL. */
extern const SynclineReason syncline_reasons[];

/* NULL for a code that this version does not have. */
const SynclineReason *syncline_reason_find (const char *code);

G_END_DECLS
