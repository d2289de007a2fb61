/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#pragma once

#include <syncline/store.h>

G_BEGIN_DECLS

/* The parameters of a statement, turned from a GVariant into what stores take. */
typedef struct
{
  GArray *values;   /* of SynclineValue; the texts belong to @owner */
  GPtrArray *names; /* with their prefix, or NULL for positional ones */
  GPtrArray *owner; /* of GVariant */
} SynclineParameters;

/* @parameters as for syncline_client_execute(); a floating reference is consumed, also on failure.
 * SYNCLINE_ERROR_INVALID_ARGUMENT for types that no cell can hold. */
gboolean syncline_parameters_init (SynclineParameters *self, GVariant *parameters, GError **error);
void syncline_parameters_clear (SynclineParameters *self);

/* A statement that borrows from @self. */
SynclineStatement syncline_parameters_to_statement (const SynclineParameters *self,
                                                    const char *sql);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SynclineParameters, syncline_parameters_clear)

G_END_DECLS
