/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* What statements on the writer may do. */

#pragma once

#include "sqlite-store/connection.h"

G_BEGIN_DECLS

void guard_attach (Connection *writer);

/* Whether the statement is VACUUM or a PRAGMA, which do not work within a transaction. */
gboolean guard_is_outside_transactions (const char *sql);

/* Whether the statement may be one that only reads. */
gboolean guard_may_be_read_only (const char *sql);

G_END_DECLS
