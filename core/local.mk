# SPDX-FileCopyrightText: 2026 The Syncline authors
# SPDX-License-Identifier: MIT

# The library: GLib, GObject, GIO and GModule only. No SQLite, no libcurl.

lib_LTLIBRARIES += core/libsyncline.la
core_libsyncline_la_SOURCES = \
	%D%/error.c \
	%D%/log.c %D%/log.h \
	%D%/setup.h \
	%D%/types.c %D%/types-private.h \
	%D%/version.c
core_libsyncline_la_CPPFLAGS = $(AM_CPPFLAGS) -DSYNCLINE_PLUGIN_DIR='"$(plugindir)"' -DG_LOG_DOMAIN='"Syncline"'
core_libsyncline_la_LIBADD = $(GLIB_LIBS)
core_libsyncline_la_LDFLAGS = $(AM_LDFLAGS) -version-info $(SYNCLINE_LT_VERSION) \
	-export-symbols-regex '^syncline_' -no-undefined

pkgconfigdir = $(libdir)/pkgconfig
nodist_pkgconfig_DATA = %D%/syncline.pc
