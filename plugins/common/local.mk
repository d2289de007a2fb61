# SPDX-FileCopyrightText: 2026 The Syncline authors
# SPDX-License-Identifier: MIT

# Reading JSON without building trees.
noinst_LTLIBRARIES += plugins/common/libsyncline-json.la
plugins_common_libsyncline_json_la_SOURCES = \
	plugins/common/json-number.c \
	plugins/common/json-pull.c plugins/common/json-pull.h \
	plugins/common/json-write.c plugins/common/json-write.h
plugins_common_libsyncline_json_la_CPPFLAGS = $(plugin_cppflags)
plugins_common_libsyncline_json_la_LIBADD = $(GLIB_LIBS)

# HTTP over libcurl.
noinst_LTLIBRARIES += plugins/common/libsyncline-http.la
plugins_common_libsyncline_http_la_SOURCES = \
	%D%/http.c %D%/http.h %D%/http-private.h \
	%D%/http-config.c \
	%D%/http-error.c \
	%D%/http-findings.c %D%/http-findings.h \
	%D%/http-response.c %D%/http-response.h \
	%D%/http-stream.c \
	%D%/http-transfer.c
plugins_common_libsyncline_http_la_CPPFLAGS = $(plugin_cppflags) $(CURL_CFLAGS)
plugins_common_libsyncline_http_la_LIBADD = $(CURL_LIBS) $(GLIB_LIBS)

# Tokens and other secrets.
noinst_LTLIBRARIES += plugins/common/libsyncline-token.la
plugins_common_libsyncline_token_la_SOURCES = \
	plugins/common/api-key.c plugins/common/api-key.h \
	plugins/common/jwt.c plugins/common/jwt.h \
	plugins/common/secret.c plugins/common/secret.h
plugins_common_libsyncline_token_la_CPPFLAGS = $(plugin_cppflags) $(JSON_CFLAGS)
plugins_common_libsyncline_token_la_LIBADD = $(JSON_LIBS) $(GLIB_LIBS)

# Keys that seal things.
noinst_LTLIBRARIES += plugins/common/libsyncline-seal.la
plugins_common_libsyncline_seal_la_SOURCES = \
	plugins/common/seal-key.c plugins/common/seal-key.h
plugins_common_libsyncline_seal_la_CPPFLAGS = $(plugin_cppflags) $(SODIUM_CFLAGS)
plugins_common_libsyncline_seal_la_LIBADD = $(SODIUM_LIBS) $(GLIB_LIBS)
