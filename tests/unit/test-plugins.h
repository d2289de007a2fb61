/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#pragma once

#include <syncline/registry.h>

/* Descriptors that are sound, of plugins that must not run. */

typedef struct
{
  char *path;
  char *name;
  int mode;
  gint64 size;
} TestStoreConfig;

typedef struct
{
  char *url;
  char *token;
  gint64 timeout;
  gint64 connections;
  gboolean compress;
} TestTransportConfig;

/* "test-store", options path (required), name, mode (wal or delete), size. */
extern const SynclinePlugin test_store;
/* "test-transport", both roles, options url (required), token (secret), timeout, connections, compress. */
extern const SynclinePlugin test_transport;
/* "test-upload" and "test-download": one role each, without options. */
extern const SynclinePlugin test_upload;
extern const SynclinePlugin test_download;
/* "test-auth", options key (secret, required) and old-key (deprecated). */
extern const SynclinePlugin test_auth;
/* "test-first" and "test-second": serializers without options. */
extern const SynclinePlugin test_first;
extern const SynclinePlugin test_second;

/* Registers all of them. */
void test_plugins_add (void);
