# SPDX-FileCopyrightText: 2026 The Syncline authors
# SPDX-License-Identifier: MIT

# The library: GLib, GObject, GIO and GModule only. No SQLite, no libcurl.

# All of it in one piece without the export list, for tests of what is not public.
noinst_LTLIBRARIES += core/libsyncline-core.la
core_libsyncline_core_la_SOURCES = \
	%D%/column-type.c %D%/column-type.h \
	%D%/config-file.c \
	%D%/config.c %D%/config-private.h \
	%D%/core-options.c %D%/core-options.h \
	%D%/descriptor.c \
	%D%/error.c \
	%D%/faults.c %D%/faults.h \
	%D%/json-check.c %D%/json-check.h \
	%D%/keyfile.c %D%/keyfile.h \
	%D%/log.c %D%/log.h \
	%D%/module.c %D%/module.h \
	%D%/name-index.c %D%/name-index.h \
	%D%/nearest.c %D%/nearest.h \
	%D%/option-value.c %D%/option-value.h \
	%D%/options.c %D%/options.h \
	%D%/read-file.c %D%/read-file.h \
	%D%/registry.c \
	%D%/schema-file.c \
	%D%/schema-index.c \
	%D%/schema.c %D%/schema-private.h \
	%D%/secret.c \
	%D%/secret-file.c %D%/secret-file.h \
	%D%/setup.c %D%/setup.h \
	%D%/types.c %D%/types-private.h \
	%D%/variables.c \
	%D%/version.c
core_libsyncline_core_la_CPPFLAGS = $(AM_CPPFLAGS) -DSYNCLINE_PLUGIN_DIR='"$(plugindir)"' -DG_LOG_DOMAIN='"Syncline"'
core_libsyncline_core_la_LIBADD = $(GLIB_LIBS)

lib_LTLIBRARIES += core/libsyncline.la
core_libsyncline_la_SOURCES =
core_libsyncline_la_LIBADD = core/libsyncline-core.la $(GLIB_LIBS)
core_libsyncline_la_LDFLAGS = $(AM_LDFLAGS) -version-info $(SYNCLINE_LT_VERSION) \
	-export-symbols-regex '^syncline_' -no-undefined

pkgconfigdir = $(libdir)/pkgconfig
nodist_pkgconfig_DATA = %D%/syncline.pc
