/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Logs one sentence with the field SYNCLINE_COMPONENT, after blotting out known secrets. */
void syncline_log (const char *component, GLogLevelFlags level, const char *format, ...)
    G_GNUC_PRINTF (3, 4);
void syncline_logv (const char *component, GLogLevelFlags level, const char *format, va_list args)
    G_GNUC_PRINTF (3, 0);

/* The same with a MESSAGE_ID, one of log-messages.h, and further fields: names and values in turn, up to a NULL
 * in place of a name. A field whose value is NULL is left out. */
void syncline_log_event (const char *component,
                         GLogLevelFlags level,
                         const char *message_id,
                         const char *const *fields,
                         const char *format,
                         ...) G_GNUC_PRINTF (5, 6);

/* Adds to what must never be shown. Thread-safe; text of fewer than 8 bytes is not taken, since
 * blotting it out would only tear holes into innocent words. */
void syncline_log_add_secret (const char *secret);

/* The text with each known secret, and whatever follows "Bearer " or "Token ", blotted out. */
char *syncline_log_redact (const char *text);

G_END_DECLS
