/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* BSON for tests. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* How numbers are written. The service mixes 32-bit ones and doubles. */
typedef enum
{
  BSON_BUILD_AS_SERVICE, /* int32, or double when too big */
  BSON_BUILD_INT64,
  BSON_BUILD_DOUBLE,
} BsonBuildNumbers;

/* Lines of JSON objects as one BSON document each. */
GByteArray *bson_build_from_lines (const char *lines, BsonBuildNumbers numbers);

/* Elements between the length and the closing zero of a document. */
GByteArray *bson_build_document (const void *elements, gsize length);

G_END_DECLS
