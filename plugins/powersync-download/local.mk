# SPDX-FileCopyrightText: 2026 The Syncline authors
# SPDX-License-Identifier: MIT

# The decoder does no I/O; tests and fuzzers link it without the rest.
noinst_LTLIBRARIES += plugins/powersync-download/libsyncline-decoder.la
plugins_powersync_download_libsyncline_decoder_la_SOURCES = \
	%D%/bson-reader.c %D%/bson-reader.h \
	%D%/event-memory.c %D%/event-memory.h \
	%D%/message-reader.c %D%/message-reader.h \
	%D%/object-reader.c %D%/object-reader.h \
	%D%/stream-decoder.c %D%/stream-decoder.h
plugins_powersync_download_libsyncline_decoder_la_CPPFLAGS = $(plugin_cppflags)
plugins_powersync_download_libsyncline_decoder_la_LIBADD = \
	plugins/common/libsyncline-json.la $(GLIB_LIBS) -lm

# All but the descriptor, for tests too.
noinst_LTLIBRARIES += plugins/powersync-download/libsyncline-downloader.la
plugins_powersync_download_libsyncline_downloader_la_SOURCES = \
	%D%/downloader.c %D%/downloader.h %D%/downloader-private.h \
	%D%/service-answer.c %D%/service-answer.h \
	%D%/stream-request.c %D%/stream-request.h \
	%D%/write-checkpoint.c
plugins_powersync_download_libsyncline_downloader_la_CPPFLAGS = $(plugin_cppflags)
plugins_powersync_download_libsyncline_downloader_la_LIBADD = \
	plugins/powersync-download/libsyncline-decoder.la \
	plugins/common/libsyncline-http.la

plugin_LTLIBRARIES += plugins/powersync-download.la
plugins_powersync_download_la_SOURCES = %D%/plugin.c
plugins_powersync_download_la_CPPFLAGS = $(plugin_cppflags)
plugins_powersync_download_la_LDFLAGS = $(plugin_ldflags)
plugins_powersync_download_la_LIBADD = \
	plugins/powersync-download/libsyncline-downloader.la $(plugin_libadd)
