/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#pragma once

#include <stdlib.h>
#include <syncline/serializer.h>

/* A sound serializer in parts, so that each broken plugin differs from it in one thing. Whoever runs any
 * of its code before the descriptor was checked is stopped. */

static inline gpointer
broken_create (gconstpointer config, SynclineHost *host, GError **error)
{
  abort ();
}

static inline void
broken_destroy (gpointer self)
{
  abort ();
}

static inline SynclineChange *
broken_serialize (gpointer self, const SynclineTable *table, SynclineChange *change, GError **error)
{
  abort ();
}

static const SynclineSerializerClass broken_methods
    = { .struct_size = sizeof (SynclineSerializerClass), .serialize = broken_serialize };

#define BROKEN_TEXTS(Name)                                                                         \
  .name = Name, .version = "1", .license = "MIT", .summary = "Broken on purpose"
#define BROKEN_FUNCTIONS .create = broken_create, .destroy = broken_destroy
