# SPDX-FileCopyrightText: 2026 The Syncline authors
# SPDX-License-Identifier: MIT

# What the mocks share.

noinst_LTLIBRARIES += plugins/mock-common/libsyncline-mock-common.la
plugins_mock_common_libsyncline_mock_common_la_SOURCES = %D%/mock-common.c %D%/mock-common.h
plugins_mock_common_libsyncline_mock_common_la_CPPFLAGS = $(plugin_cppflags) $(JSON_CFLAGS)
plugins_mock_common_libsyncline_mock_common_la_LIBADD = $(JSON_LIBS) $(GLIB_LIBS)
