/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* What a local store has to do, for any plugin of the kind. */

#pragma once

#include <syncline/store.h>

#include "contract.h"

G_BEGIN_DECLS

/*
 * How to write and read in the language of a store. Each is one statement with the table's name for its
 * %s; ?1 is the row's id and ?2 the text of its column `description` (as a JSON object with this member for
 * stores that say so).
 */
typedef struct
{
  const char *put;
  const char *patch;
  const char *remove;
  const char *get;   /* columns: at least description */
  const char *list;  /* columns: at least id and description */
  const char *wrong; /* a statement that no store can run */
  gboolean json;
} StoreDialect;

typedef struct
{
  const StoreDialect *dialect;
  /* Prepares what one database needs, such as a directory. */
  gpointer (*set_up) (void);
  void (*tear_down) (gpointer data);
  /* The options of an instance on it; NULL for none. */
  char **(*dup_options) (gpointer data);
  /* Whether the content is there for the next instance, and for two at a time. */
  gboolean persistent;
} StoreFixture;

/* Adds all tests of the suite as /PLUGIN/…. */
void syncline_store_contract_add (const char *plugin_name, const StoreFixture *fixture);

G_END_DECLS
