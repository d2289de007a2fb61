/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* Changes into a request to PostgREST. */

#pragma once

#include <syncline/plugin.h>

G_BEGIN_DECLS

/* Where requests go, and in whose name. Borrowed from the config. */
typedef struct
{
  const char *url;     /* of PostgREST's root */
  const char *api_key; /* NULL: none */
  const char *profile; /* the schema; NULL: the first one exposed */
  SynclineSchema *schema;
} Endpoint;

typedef struct
{
  const char *method;
  GString *url;
  GString *body;      /* NULL for none */
  GPtrArray *headers; /* NULL-terminated */
} Request;

/* Changes that group_length() found to go together. */
void request_init_changes (Request *request,
                           const Endpoint *endpoint,
                           SynclineChange *const *changes,
                           guint n_changes);

/* What a change takes in a call, about. */
gsize request_measure_call (SynclineChange *change);

/* Whole transactions as one call of @function. With a @client_id each has a token, by which the function tells
 * one that it has applied already; NULL leaves them out. */
void request_init_call (Request *request,
                        const Endpoint *endpoint,
                        const char *function,
                        const char *client_id,
                        SynclineChange *const *changes,
                        guint n_changes);

/* Whether anybody is there. */
void request_init_probe (Request *request, const Endpoint *endpoint);

/* No row of a table, but all of its columns. */
void request_init_look (Request *request, const Endpoint *endpoint, const SynclineTable *table);

/* What PostgREST says of itself. */
void request_init_describe (Request *request, const Endpoint *endpoint);

void request_clear (Request *request);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Request, request_clear)

G_END_DECLS
