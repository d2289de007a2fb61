/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#pragma once

#include <syncline/transport.h>

G_BEGIN_DECLS

/* Reads a list such as `lists, todos:{"list": "l1"}`: of SynclineSubscription, owned, parameters in
 * canonical form. NULL with @out_reason, for a person, when it is none. */
GPtrArray *syncline_stream_list_parse (const char *text, char **out_reason);

G_END_DECLS
