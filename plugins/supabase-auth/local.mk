# SPDX-FileCopyrightText: 2026 The Syncline authors
# SPDX-License-Identifier: MIT

plugin_LTLIBRARIES += plugins/supabase-auth.la
supabase_auth_sources = \
	plugins/supabase-auth/auth.h \
	plugins/supabase-auth/browser.c \
	plugins/supabase-auth/gotrue.c plugins/supabase-auth/gotrue.h \
	plugins/supabase-auth/parameters.c plugins/supabase-auth/parameters.h \
	plugins/supabase-auth/refresh.c \
	plugins/supabase-auth/seal.c plugins/supabase-auth/seal.h \
	plugins/supabase-auth/session-file.c plugins/supabase-auth/session-file.h \
	plugins/supabase-auth/session.c plugins/supabase-auth/session.h \
	plugins/supabase-auth/sign.c \
	plugins/supabase-auth/state.c \
	plugins/supabase-auth/supabase-auth.c \
	plugins/supabase-auth/user.c \
	plugins/supabase-auth/watch.c
plugins_supabase_auth_la_SOURCES = $(supabase_auth_sources)
plugins_supabase_auth_la_CPPFLAGS = $(plugin_cppflags) $(CURL_CFLAGS) $(JSON_CFLAGS) $(SODIUM_CFLAGS)
plugins_supabase_auth_la_LDFLAGS = $(plugin_ldflags)
plugins_supabase_auth_la_LIBADD = plugins/common/libsyncline-http.la \
	plugins/common/libsyncline-token.la plugins/common/libsyncline-seal.la $(plugin_libadd) $(JSON_LIBS) $(SODIUM_LIBS)
