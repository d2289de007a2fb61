# SPDX-FileCopyrightText: 2026 The Syncline authors
# SPDX-License-Identifier: MIT

# All of it as a convenience library, for tests that look into the server, and a module around it.
noinst_LTLIBRARIES += plugins/mock-transport/libsyncline-mock-transport.la
plugins_mock_transport_libsyncline_mock_transport_la_SOURCES = \
	%D%/mock-message.c \
	%D%/mock-server-script.c \
	%D%/mock-server.c %D%/mock-server.h \
	%D%/mock-stream.c \
	%D%/mock-transport.c %D%/mock-transport.h \
	%D%/mock-upload.c
plugins_mock_transport_libsyncline_mock_transport_la_CPPFLAGS = $(plugin_cppflags) $(JSON_CFLAGS)
plugins_mock_transport_libsyncline_mock_transport_la_LIBADD = plugins/mock-common/libsyncline-mock-common.la $(JSON_LIBS)

plugin_LTLIBRARIES += plugins/mock-transport.la
plugins_mock_transport_la_SOURCES = %D%/plugin.c
plugins_mock_transport_la_CPPFLAGS = $(plugin_cppflags) $(JSON_CFLAGS)
plugins_mock_transport_la_LDFLAGS = $(plugin_ldflags)
plugins_mock_transport_la_LIBADD = plugins/mock-transport/libsyncline-mock-transport.la $(plugin_libadd)
