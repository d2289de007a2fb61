# SPDX-FileCopyrightText: 2026 The Syncline authors
# SPDX-License-Identifier: MIT

plugin_LTLIBRARIES += plugins/mock-store.la
plugins_mock_store_la_SOURCES = \
	%D%/mock-buckets.c \
	%D%/mock-commands.c \
	%D%/mock-database.c \
	%D%/mock-queue.c \
	%D%/mock-store.h \
	%D%/mock-transaction.c \
	%D%/plugin.c
plugins_mock_store_la_CPPFLAGS = $(plugin_cppflags) $(JSON_CFLAGS)
plugins_mock_store_la_LDFLAGS = $(plugin_ldflags)
plugins_mock_store_la_LIBADD = plugins/mock-common/libsyncline-mock-common.la $(plugin_libadd) $(JSON_LIBS)
