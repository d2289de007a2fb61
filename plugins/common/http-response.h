/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#pragma once

#include "common/http.h"

G_BEGIN_DECLS

/* Empties the response for a new request to @host. */
void http_response_reset (HttpResponse *response, const char *host);
/* A status line forgets the headers before it: they belonged to an interim answer. */
void http_response_add_header_line (HttpResponse *response, const char *line, gsize length);
void http_response_finish (HttpResponse *response, guint64 wire_bytes);

G_END_DECLS
