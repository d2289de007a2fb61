/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "fuzz.h"
#include "unit/json-pull-compare.h"

#include <string.h>

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  /* json-c takes a NUL for the end of the text. */
  if (size > 0 && memchr (data, '\0', size) != NULL)
    return 0;

  g_autofree char *text = g_strndup ((const char *) data, size);
  json_pull_compare (text, size);
  return 0;
}
