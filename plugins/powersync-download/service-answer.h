/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* The JSON answers of the PowerSync service that are no stream. */

#pragma once

#include "common/http.h"

G_BEGIN_DECLS

/* TRUE for a success. Otherwise the error has the service's own code and description, if the body is
 * an answer of the service and not, say, a proxy's page. */
gboolean service_answer_check_status (const HttpResponse *response, GError **error);

/* {"data":{"write_checkpoint":"7"}} */
gboolean service_answer_read_write_checkpoint (const HttpResponse *response,
                                               gint64 *out_write_checkpoint,
                                               GError **error);

/* {"data":{"checkpoint_request_id":"7"}} */
gboolean service_answer_read_checkpoint_request (const HttpResponse *response,
                                                 gint64 *out_number,
                                                 GError **error);

G_END_DECLS
