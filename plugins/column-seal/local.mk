# SPDX-FileCopyrightText: 2026 The Syncline authors
# SPDX-License-Identifier: MIT

column_seal_sources = \
	plugins/column-seal/columns.c plugins/column-seal/columns.h \
	plugins/column-seal/envelope.c plugins/column-seal/envelope.h \
	plugins/column-seal/key-ring.c plugins/column-seal/key-ring.h \
	plugins/column-seal/open-row.c \
	plugins/column-seal/plugin.c \
	plugins/column-seal/seal-change.c \
	plugins/column-seal/seal.h
column_seal_libadd = plugins/common/libsyncline-json.la plugins/common/libsyncline-seal.la $(SODIUM_LIBS)

plugin_LTLIBRARIES += plugins/column-seal.la
plugins_column_seal_la_SOURCES = $(column_seal_sources)
plugins_column_seal_la_CPPFLAGS = $(plugin_cppflags) $(SODIUM_CFLAGS)
plugins_column_seal_la_LDFLAGS = $(plugin_ldflags)
plugins_column_seal_la_LIBADD = $(plugin_libadd) $(column_seal_libadd)
