/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#pragma once

#include <syncline/transport.h>

G_BEGIN_DECLS

/* The body of the request that opens a stream. Fails with SYNCLINE_ERROR_INVALID_ARGUMENT when
 * parameters are not the text of a JSON object. */
char *stream_request_to_json (const SynclineStreamRequest *request, GError **error);

G_END_DECLS
