# SPDX-FileCopyrightText: 2026 The Syncline authors
# SPDX-License-Identifier: MIT

# The library: GLib, GObject, GIO and GModule only. No SQLite, no libcurl.

# All of it in one piece without the export list, for tests of what is not public.
noinst_LTLIBRARIES += core/libsyncline-core.la
core_libsyncline_core_la_SOURCES = \
	%D%/backoff.c %D%/backoff.h \
	%D%/checkpoint.c %D%/checkpoint.h \
	%D%/cell.c %D%/cell.h \
	%D%/client-async.c \
	%D%/client-browser.c \
	%D%/client-call.c \
	%D%/client-host.c \
	%D%/client-server.c \
	%D%/client-session.c \
	%D%/client-streams.c \
	%D%/client.c %D%/client-private.h \
	%D%/clock.c %D%/clock.h \
	%D%/column-type.c %D%/column-type.h \
	%D%/config-file.c \
	%D%/config.c %D%/config-private.h \
	%D%/core-options.c %D%/core-options.h \
	%D%/descriptor.c \
	%D%/download-events.c \
	%D%/download-progress.c \
	%D%/downloader.c %D%/downloader.h %D%/downloader-private.h \
	%D%/engine-jobs.c \
	%D%/engine-publish.c \
	%D%/engine-wait.c \
	%D%/engine.c %D%/engine.h %D%/engine-private.h \
	%D%/error.c %D%/error-private.h \
	%D%/faults.c %D%/faults.h \
	%D%/host.c %D%/host.h \
	%D%/json-check.c %D%/json-check.h \
	%D%/json-canonical.c %D%/json-canonical.h \
	%D%/keyfile.c %D%/keyfile.h \
	%D%/lane.c %D%/lane.h \
	%D%/log-messages.h \
	%D%/log.c %D%/log.h \
	%D%/loopback.c %D%/loopback.h \
	%D%/module.c %D%/module.h \
	%D%/name-index.c %D%/name-index.h \
	%D%/nearest.c %D%/nearest.h \
	%D%/option-value.c %D%/option-value.h \
	%D%/options.c %D%/options.h \
	%D%/outbox.c %D%/outbox.h \
	%D%/parameters.c %D%/parameters.h \
	%D%/query-reads.c %D%/query-reads.h \
	%D%/query-row.c %D%/query-row.h \
	%D%/query-rows.c %D%/query-rows.h \
	%D%/query-runner.c %D%/query-runner.h \
	%D%/query.c %D%/query-private.h \
	%D%/read-file.c %D%/read-file.h \
	%D%/reason.c %D%/reason.h \
	%D%/registry.c \
	%D%/rejection-policy.c %D%/rejection-policy.h \
	%D%/result.c %D%/result-private.h \
	%D%/roles.c %D%/roles.h \
	%D%/row-opener.c %D%/row-opener.h \
	%D%/schema-file.c \
	%D%/schema-index.c \
	%D%/schema.c %D%/schema-private.h \
	%D%/secret.c \
	%D%/secret-file.c %D%/secret-file.h \
	%D%/setup.c %D%/setup.h \
	%D%/status.c %D%/status-private.h \
	%D%/table-options.c %D%/table-options.h \
	%D%/stream-list.c %D%/stream-list.h \
	%D%/stream-status.c %D%/stream-status-private.h \
	%D%/subscription-list.c \
	%D%/subscriptions.c %D%/subscriptions.h %D%/subscriptions-private.h \
	%D%/testing.c \
	%D%/token-renewal.c %D%/token-renewal.h \
	%D%/types.c %D%/types-private.h \
	%D%/upload-batch.c %D%/upload-batch.h \
	%D%/uploader.c %D%/uploader.h \
	%D%/variables.c \
	%D%/write-state.c \
	%D%/version.c
core_libsyncline_core_la_CPPFLAGS = $(AM_CPPFLAGS) -DSYNCLINE_PLUGIN_DIR='"$(plugindir)"' -DG_LOG_DOMAIN='"Syncline"'
core_libsyncline_core_la_LIBADD = $(GLIB_LIBS)

lib_LTLIBRARIES += core/libsyncline.la
core_libsyncline_la_SOURCES =
core_libsyncline_la_LIBADD = core/libsyncline-core.la $(GLIB_LIBS)
core_libsyncline_la_LDFLAGS = $(AM_LDFLAGS) -version-info $(SYNCLINE_LT_VERSION) \
	-export-symbols-regex '^syncline_' -no-undefined

pkgconfigdir = $(libdir)/pkgconfig
nodist_pkgconfig_DATA = %D%/syncline.pc
