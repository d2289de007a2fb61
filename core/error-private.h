/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#pragma once

#include <syncline/error.h>

G_BEGIN_DECLS

/* A reason code (reason.h) that says more than the error's own code does, for the status; a static string. It goes
 * with copies of the error. Other domains have none. */
void syncline_error_set_reason (GError *error, const char *reason);
/* NULL when the code says it all. */
const char *syncline_error_get_reason (const GError *error);

G_END_DECLS
