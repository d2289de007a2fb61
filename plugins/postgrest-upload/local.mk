# SPDX-FileCopyrightText: 2026 The Syncline authors
# SPDX-License-Identifier: MIT

postgrest_upload_sources = \
	plugins/postgrest-upload/answer.c plugins/postgrest-upload/answer.h \
	plugins/postgrest-upload/call.c \
	plugins/postgrest-upload/classify.c plugins/postgrest-upload/classify.h \
	plugins/postgrest-upload/group.c plugins/postgrest-upload/group.h \
	plugins/postgrest-upload/look.c plugins/postgrest-upload/look.h \
	plugins/postgrest-upload/openapi.c \
	plugins/postgrest-upload/plugin.c \
	plugins/postgrest-upload/request.c plugins/postgrest-upload/request.h \
	plugins/postgrest-upload/rest.c \
	plugins/postgrest-upload/upload.h \
	plugins/postgrest-upload/uploader.c plugins/postgrest-upload/uploader.h

plugin_LTLIBRARIES += plugins/postgrest-upload.la
plugins_postgrest_upload_la_SOURCES = $(postgrest_upload_sources)
plugins_postgrest_upload_la_CPPFLAGS = $(plugin_cppflags)
plugins_postgrest_upload_la_LDFLAGS = $(plugin_ldflags)
plugins_postgrest_upload_la_LIBADD = $(plugin_libadd) \
	plugins/common/libsyncline-json.la plugins/common/libsyncline-http.la

# For `make regenerate` and the test that compares.
check_PROGRAMS += plugins/postgrest-upload/print-codes
plugins_postgrest_upload_print_codes_SOURCES = \
	plugins/postgrest-upload/classify.c plugins/postgrest-upload/classify.h \
	plugins/postgrest-upload/print-codes.c
plugins_postgrest_upload_print_codes_CPPFLAGS = $(AM_CPPFLAGS)
plugins_postgrest_upload_print_codes_LDADD = $(GLIB_LIBS)
