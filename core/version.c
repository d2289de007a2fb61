/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include <syncline/version.h>

const char *
syncline_get_version (void)
{
  return SYNCLINE_VERSION;
}
