/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* A client on a database of its own, without a server, and a live query with a copy of its rows that is kept by
 * what items-changed says. Whatever fails fails the test. */

#pragma once

#include <syncline/syncline.h>

#include "scratch.h"

G_BEGIN_DECLS

typedef struct
{
  Scratch *scratch;
  char *path;
  SynclineClient *client;
} Live;

Live *live_new (const char *schema);
void live_free (Live *live);
void live_run (Live *live, const char *sql);

typedef struct
{
  SynclineQuery *query;
  GPtrArray *rows;  /* of SynclineRow: the copy */
  GString *splices; /* `position-removed+added `, since they were taken last */
} Shadow;

Shadow *shadow_new (Live *live, const char *sql, GVariant *parameters);
void shadow_free (Shadow *shadow);
char *shadow_take_splices (Shadow *shadow);
/* The copy as text: cells separated by `|`, rows by spaces. */
char *shadow_to_text (Shadow *shadow);
/* Runs the main context until the copy looks so. */
void shadow_wait_for (Shadow *shadow, const char *expected);
/* Runs the main context until the copy is what the database has. */
void shadow_wait_until_true (Shadow *shadow, Live *live);

/* Runs the main context until @done says so; fails when that does not come. */
void live_wait (gboolean (*done) (gpointer data), gpointer data);

#define assert_splices(shadow, expected)                                                           \
  G_STMT_START                                                                                     \
  {                                                                                                \
    g_autofree char *splices_ = shadow_take_splices (shadow);                                      \
    g_assert_cmpstr (splices_, ==, expected);                                                      \
  }                                                                                                \
  G_STMT_END

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Live, live_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Shadow, shadow_free)

G_END_DECLS
