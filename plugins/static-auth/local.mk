# SPDX-FileCopyrightText: 2026 The Syncline authors
# SPDX-License-Identifier: MIT

plugin_LTLIBRARIES += plugins/static-auth.la
plugins_static_auth_la_SOURCES = \
	plugins/static-auth/command.c plugins/static-auth/command.h \
	plugins/static-auth/plugin.c \
	plugins/static-auth/source.c plugins/static-auth/source.h
plugins_static_auth_la_CPPFLAGS = $(plugin_cppflags) $(JSON_CFLAGS)
plugins_static_auth_la_LDFLAGS = $(plugin_ldflags)
plugins_static_auth_la_LIBADD = plugins/common/libsyncline-token.la $(plugin_libadd) $(JSON_LIBS)
