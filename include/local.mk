# SPDX-FileCopyrightText: 2026 The Syncline authors
# SPDX-License-Identifier: MIT

synclineincludedir = $(includedir)/syncline
synclineinclude_HEADERS = \
	%D%/syncline/auth.h \
	%D%/syncline/client.h \
	%D%/syncline/config.h \
	%D%/syncline/error.h \
	%D%/syncline/macros.h \
	%D%/syncline/plugin.h \
	%D%/syncline/query.h \
	%D%/syncline/registry.h \
	%D%/syncline/schema.h \
	%D%/syncline/serializer.h \
	%D%/syncline/server.h \
	%D%/syncline/status.h \
	%D%/syncline/store.h \
	%D%/syncline/syncline.h \
	%D%/syncline/testing.h \
	%D%/syncline/transport.h \
	%D%/syncline/types.h
nodist_synclineinclude_HEADERS = %D%/syncline/version.h
