# SPDX-FileCopyrightText: 2026 The Syncline authors
# SPDX-License-Identifier: MIT

# A plugin is one module that exports one symbol. Modules are built side by side in plugins/, so that
# one directory in SYNCLINE_PLUGIN_PATH finds them all.

plugin_cppflags = $(AM_CPPFLAGS) -I$(top_srcdir)/plugins -DG_LOG_DOMAIN='"Syncline"'
plugin_ldflags = $(AM_LDFLAGS) -module -avoid-version -shared -no-undefined \
	-export-symbols-regex '^syncline_plugin$$' $(plugin_no_undefined)
# Sanitizers leave symbols to the program that loads the module.
if !SANITIZERS
plugin_no_undefined = -Wl,--no-undefined
endif
plugin_libadd = core/libsyncline.la $(GLIB_LIBS)

include plugins/common/local.mk
include plugins/sqlite-store/local.mk
include plugins/postgrest-upload/local.mk
include plugins/powersync-download/local.mk
include plugins/supabase-auth/local.mk
include plugins/static-auth/local.mk
include plugins/json-normalizer/local.mk
include plugins/column-seal/local.mk
include plugins/mock-common/local.mk
include plugins/mock-store/local.mk
include plugins/mock-transport/local.mk
include plugins/mock-auth/local.mk
include plugins/mock-serializer/local.mk
