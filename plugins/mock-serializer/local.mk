# SPDX-FileCopyrightText: 2026 The Syncline authors
# SPDX-License-Identifier: MIT

plugin_LTLIBRARIES += plugins/mock-serializer.la
plugins_mock_serializer_la_SOURCES = %D%/plugin.c
plugins_mock_serializer_la_CPPFLAGS = $(plugin_cppflags) $(JSON_CFLAGS)
plugins_mock_serializer_la_LDFLAGS = $(plugin_ldflags)
plugins_mock_serializer_la_LIBADD = plugins/mock-common/libsyncline-mock-common.la $(plugin_libadd) $(JSON_LIBS)
