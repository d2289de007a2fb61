/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#pragma once

#include <syncline/server.h>

#include "common/http.h"

G_BEGIN_DECLS

/* What an answer tells of its server besides what was asked: topics "tls" and "clock". Loopback needs no
 * TLS, and a clock of which the server says nothing is not mentioned. */
void http_tell_findings (const char *url,
                         const SynclineHttpConfig *config,
                         const HttpResponse *response,
                         SynclineHost *host,
                         SynclineFindingFunc func,
                         gpointer func_data);

/* @message is a printf format. */
void http_tell (SynclineFindingFunc func,
                gpointer func_data,
                SynclineFindingLevel level,
                SynclineError code,
                const char *topic,
                const char *advice,
                const char *format,
                ...) G_GNUC_PRINTF (7, 8);

/* A fault that is an error already. */
void http_tell_error (SynclineFindingFunc func,
                      gpointer func_data,
                      const char *topic,
                      const char *advice,
                      const GError *error);

G_END_DECLS
