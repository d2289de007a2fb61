# SPDX-FileCopyrightText: 2026 The Syncline authors
# SPDX-License-Identifier: MIT

# As a convenience library, for tests that look into it, and a module around it.
noinst_LTLIBRARIES += plugins/mock-auth/libsyncline-mock-auth.la
plugins_mock_auth_libsyncline_mock_auth_la_SOURCES = %D%/mock-auth.c %D%/mock-auth.h
plugins_mock_auth_libsyncline_mock_auth_la_CPPFLAGS = $(plugin_cppflags) $(JSON_CFLAGS)
plugins_mock_auth_libsyncline_mock_auth_la_LIBADD = plugins/mock-common/libsyncline-mock-common.la

plugin_LTLIBRARIES += plugins/mock-auth.la
plugins_mock_auth_la_SOURCES = %D%/plugin.c
plugins_mock_auth_la_CPPFLAGS = $(plugin_cppflags) $(JSON_CFLAGS)
plugins_mock_auth_la_LDFLAGS = $(plugin_ldflags)
plugins_mock_auth_la_LIBADD = plugins/mock-auth/libsyncline-mock-auth.la $(plugin_libadd)
