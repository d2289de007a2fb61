/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* Memory that held a secret is overwritten, in a way that the compiler keeps, before it is freed. */

#pragma once

#include <glib.h>
#include <json-c/json.h>

G_BEGIN_DECLS

void secret_free (char *secret);

typedef char SecretString;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SecretString, secret_free)

/* Replaces *@place by a copy of @secret, which may be NULL. */
void secret_replace (char **place, const char *secret);

/* Whether two texts are equal; takes the same time wherever they differ. Either may be NULL. */
gboolean secret_equal (const char *a, const char *b);

/* For the array that held an answer or a file. */
void secret_wipe_bytes (GByteArray *bytes);

/* Frees a JSON tree, overwriting the strings in it. */
void secret_json_put (json_object *object);

typedef json_object SecretJson;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SecretJson, secret_json_put)

G_END_DECLS
