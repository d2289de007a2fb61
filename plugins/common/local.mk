# SPDX-FileCopyrightText: 2026 The Syncline authors
# SPDX-License-Identifier: MIT

# Reading JSON without building trees.
noinst_LTLIBRARIES += plugins/common/libsyncline-json.la
plugins_common_libsyncline_json_la_SOURCES = \
	plugins/common/json-number.c \
	plugins/common/json-pull.c plugins/common/json-pull.h
plugins_common_libsyncline_json_la_CPPFLAGS = $(plugin_cppflags)
plugins_common_libsyncline_json_la_LIBADD = $(GLIB_LIBS)
