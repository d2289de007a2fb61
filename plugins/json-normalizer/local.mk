# SPDX-FileCopyrightText: 2026 The Syncline authors
# SPDX-License-Identifier: MIT

json_normalizer_sources = \
	plugins/json-normalizer/columns.c plugins/json-normalizer/columns.h \
	plugins/json-normalizer/normalizer.h \
	plugins/json-normalizer/plugin.c \
	plugins/json-normalizer/rename.c plugins/json-normalizer/rename.h \
	plugins/json-normalizer/serialize.c plugins/json-normalizer/serialize.h \
	plugins/json-normalizer/value.c plugins/json-normalizer/value.h

plugin_LTLIBRARIES += plugins/json-normalizer.la
plugins_json_normalizer_la_SOURCES = $(json_normalizer_sources)
plugins_json_normalizer_la_CPPFLAGS = $(plugin_cppflags)
plugins_json_normalizer_la_LDFLAGS = $(plugin_ldflags)
plugins_json_normalizer_la_LIBADD = $(plugin_libadd) plugins/common/libsyncline-json.la
