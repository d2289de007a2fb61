# SPDX-FileCopyrightText: 2026 The Syncline authors
# SPDX-License-Identifier: MIT

# For other languages: introspection data of the application's interface, and a VAPI made of it. What
# only plugins use is not in there.

if INTROSPECTION

gir_scanned = \
	$(top_srcdir)/include/syncline/client.h \
	$(top_srcdir)/include/syncline/config.h \
	$(top_srcdir)/include/syncline/error.h \
	$(top_srcdir)/include/syncline/query.h \
	$(top_srcdir)/include/syncline/schema.h \
	$(top_srcdir)/include/syncline/server.h \
	$(top_srcdir)/include/syncline/status.h \
	$(top_srcdir)/include/syncline/types.h \
	$(top_builddir)/include/syncline/version.h \
	$(top_srcdir)/core/client.c \
	$(top_srcdir)/core/query.c

girdir = $(datadir)/gir-1.0
nodist_gir_DATA = %D%/Syncline-0.1.gir
typelibdir = $(libdir)/girepository-1.0
nodist_typelib_DATA = %D%/Syncline-0.1.typelib
CLEANFILES += $(nodist_gir_DATA) $(nodist_typelib_DATA)

# The C files have the comments of the properties and the signals.
%D%/Syncline-0.1.gir: core/libsyncline.la $(gir_scanned)
	$(AM_V_at)$(MKDIR_P) %D%
	$(AM_V_GEN)CC='$(CC)' CPPFLAGS='$(CPPFLAGS)' CFLAGS='$(CFLAGS)' LDFLAGS='$(LDFLAGS)' \
		$(G_IR_SCANNER) --quiet --warn-all $(G_IR_SCANNER_FLAGS) \
		--namespace=Syncline --nsversion=0.1 \
		--identifier-prefix=Syncline --symbol-prefix=syncline \
		--include=GObject-2.0 --include=Gio-2.0 --pkg=gio-2.0 --pkg-export=syncline --c-include=syncline/syncline.h \
		-I$(top_srcdir)/include -I$(top_builddir)/include \
		--library=core/libsyncline.la --libtool='$(LIBTOOL) --silent' \
		--output=$@ $(gir_scanned)

%D%/Syncline-0.1.typelib: %D%/Syncline-0.1.gir
	$(AM_V_GEN)$(G_IR_COMPILER) --output=$@ $<

endif

if VALA

vapidir = $(datadir)/vala/vapi
nodist_vapi_DATA = %D%/syncline.vapi %D%/syncline.deps
CLEANFILES += $(nodist_vapi_DATA)

%D%/syncline.vapi: %D%/Syncline-0.1.gir
	$(AM_V_GEN)$(VAPIGEN) --quiet --library=syncline --pkg=gio-2.0 --directory=%D% $<

%D%/syncline.deps:
	$(AM_V_GEN)$(MKDIR_P) %D% && echo gio-2.0 >$@

endif
