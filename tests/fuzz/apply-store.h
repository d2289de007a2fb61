/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* A sqlite-store of two tables for the fuzzer of the way down, on a file system in memory where there is one. */

#pragma once

#include <syncline/store.h>
#include <syncline/transport.h>

typedef struct _ApplyStore ApplyStore;

ApplyStore *apply_store_new (const char *name, const char *bulk_threshold);
void apply_store_free (ApplyStore *store);

/* As a process that ends, and another that begins. */
void apply_store_reopen (ApplyStore *store);

/* FALSE when the store refuses what came: it is the service's fault. Any other fault aborts. */
gboolean apply_store_stage (ApplyStore *store, const SynclineEvent *event);
gboolean apply_store_apply (ApplyStore *store,
                            const SynclineCheckpoint *checkpoint,
                            int priority,
                            SynclineApplyResult *out_result);

void apply_store_remove (ApplyStore *store, GPtrArray *names);
void apply_store_flush (ApplyStore *store);
void apply_store_list (ApplyStore *store, SynclineBucketFunc func, gpointer user_data);
guint32 apply_store_get_checksum (ApplyStore *store, const char *bucket);

/* Rows and buckets as text. */
char *apply_store_dump (ApplyStore *store);
