# SPDX-FileCopyrightText: 2026 The Syncline authors
# SPDX-License-Identifier: MIT

plugin_LTLIBRARIES += plugins/sqlite-store.la
plugins_sqlite_store_la_SOURCES = \
	plugins/sqlite-store/apply-private.h plugins/sqlite-store/apply-show.c \
	plugins/sqlite-store/apply.c \
	plugins/sqlite-store/batch.c plugins/sqlite-store/batch.h \
	plugins/sqlite-store/buckets.c plugins/sqlite-store/buckets.h \
	plugins/sqlite-store/bulk.c plugins/sqlite-store/bulk.h \
	plugins/sqlite-store/capture.c plugins/sqlite-store/capture.h \
	plugins/sqlite-store/cells.c plugins/sqlite-store/cells.h \
	plugins/sqlite-store/clear.c \
	plugins/sqlite-store/connection.c plugins/sqlite-store/connection.h \
	plugins/sqlite-store/execute.c \
	plugins/sqlite-store/external.c \
	plugins/sqlite-store/fill-private.h plugins/sqlite-store/fill-rows.c \
	plugins/sqlite-store/fill.c plugins/sqlite-store/fill.h \
	plugins/sqlite-store/fresh.c plugins/sqlite-store/fresh.h \
	plugins/sqlite-store/gate.c \
	plugins/sqlite-store/guard.c plugins/sqlite-store/guard.h \
	plugins/sqlite-store/layout.c \
	plugins/sqlite-store/merge-entries.c plugins/sqlite-store/merge-private.h \
	plugins/sqlite-store/merge.c plugins/sqlite-store/merge.h \
	plugins/sqlite-store/meta.c \
	plugins/sqlite-store/migrate-columns.c \
	plugins/sqlite-store/migrate-objects.c \
	plugins/sqlite-store/migrate-rows.c \
	plugins/sqlite-store/migrate.c plugins/sqlite-store/migrate.h \
	plugins/sqlite-store/native.c plugins/sqlite-store/native.h \
	plugins/sqlite-store/notices.c plugins/sqlite-store/notices.h \
	plugins/sqlite-store/open.c \
	plugins/sqlite-store/pace.c plugins/sqlite-store/pace.h \
	plugins/sqlite-store/plugin.c \
	plugins/sqlite-store/pool.c \
	plugins/sqlite-store/queue.c \
	plugins/sqlite-store/reads.c \
	plugins/sqlite-store/rejected.c \
	plugins/sqlite-store/resolve.c \
	plugins/sqlite-store/row-json.c plugins/sqlite-store/row-json.h \
	plugins/sqlite-store/row.c plugins/sqlite-store/row.h \
	plugins/sqlite-store/rows.c plugins/sqlite-store/rows.h \
	plugins/sqlite-store/spool-file.c \
	plugins/sqlite-store/spool-format.c plugins/sqlite-store/spool-format.h \
	plugins/sqlite-store/spool-pour.c plugins/sqlite-store/spool-private.h \
	plugins/sqlite-store/spool-reader.c \
	plugins/sqlite-store/spool.c plugins/sqlite-store/spool.h \
	plugins/sqlite-store/stage.c \
	plugins/sqlite-store/state.c \
	plugins/sqlite-store/store.h \
	plugins/sqlite-store/sync-lock.c \
	plugins/sqlite-store/tables.c plugins/sqlite-store/tables.h \
	plugins/sqlite-store/transaction.c \
	plugins/sqlite-store/updates.c plugins/sqlite-store/updates.h \
	plugins/sqlite-store/watch.c
plugins_sqlite_store_la_CPPFLAGS = $(plugin_cppflags) $(SQLITE_CFLAGS)
plugins_sqlite_store_la_LDFLAGS = $(plugin_ldflags)
plugins_sqlite_store_la_LIBADD = plugins/common/libsyncline-json.la $(plugin_libadd) $(SQLITE_LIBS)
