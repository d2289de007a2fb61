/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#pragma once

#include <glib.h>

/* A folder for the files of one test. */
typedef struct
{
  char *path;
} Scratch;

Scratch *scratch_new (void);
void scratch_free (Scratch *scratch);

/* Writes a file, readable by its owner only, and gives its path. */
char *scratch_write (const Scratch *scratch, const char *name, const char *text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Scratch, scratch_free)

/* Asserts that @text holds @needle. */
#define assert_contains(text, needle) scratch_assert_contains (G_STRFUNC, __LINE__, text, needle)
void scratch_assert_contains (const char *function, int line, const char *text, const char *needle);
