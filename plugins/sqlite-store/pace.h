/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* Many short transactions, one after the other, between which others have their turn. */

#pragma once

#include "sqlite-store/store.h"

G_BEGIN_DECLS

typedef struct
{
  Store *store;
  Connection *checkpointer; /* writes the log to the database while others use the writer */
  int n_log_pages;
  guint n_rows; /* that the next transaction should write */
  gint64 begin;
  guint n_external;
  gint64 polite_until;
} Pace;

/* Has no writer. The pace must stay where it is until pace_stop(). */
gboolean pace_start (Pace *pace, Store *store, GCancellable *cancellable, GError **error);
void pace_stop (Pace *pace);

/* A transaction on the store's writer, in which so many rows were written. Committed if ok. */
gboolean pace_begin (Pace *pace, GCancellable *cancellable, GError **error);
gboolean pace_end (Pace *pace, gboolean ok, guint n_rows, GError **error);

G_END_DECLS
