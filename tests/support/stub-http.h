/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* HTTP/1.1 on a socket, as much as the stub server needs. */

#pragma once

#include "support/stub-server.h"

G_BEGIN_DECLS

/* NULL when the client went away. @input keeps what was read ahead. */
StubRequest *stub_http_read_request (int fd, GByteArray *input);
void stub_request_free (StubRequest *request);

gboolean stub_http_send (int fd, const void *data, gsize length);
gboolean stub_http_send_chunk (int fd, const void *data, gsize length);

G_END_DECLS
