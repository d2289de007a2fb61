/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#pragma once

#include <syncline/config.h>

#include "keyfile.h"

G_BEGIN_DECLS

struct _SynclineConfig
{
  char *name;      /* what errors call the whole; NULL for a config made in code */
  char *directory; /* absolute: where relative paths start */
  SynclineKeyfile *keyfile;
};

/* Takes @keyfile. @directory NULL is the working directory. */
SynclineConfig *
syncline_config_new_take (const char *name, const char *directory, SynclineKeyfile *keyfile);

/* Replaces the variables in a value. NULL with a fault message, which never holds the value. */
char *syncline_variables_expand (const char *value, char **out_fault);

G_END_DECLS
