/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#pragma once

#include <syncline/types.h>

G_BEGIN_DECLS

/* Frees memory that held a secret, after overwriting it in a way that the compiler keeps. */
void syncline_secret_free (char *secret);

G_END_DECLS
