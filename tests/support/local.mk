# SPDX-FileCopyrightText: 2026 The Syncline authors
# SPDX-License-Identifier: MIT

EXTRA_DIST += tests/support/lsan.supp

# A scripted HTTP server; link with tests/support/libsyncline-stub.la.
check_LTLIBRARIES += tests/support/libsyncline-stub.la
tests_support_libsyncline_stub_la_SOURCES = \
	tests/support/stub-http.c tests/support/stub-http.h \
	tests/support/stub-server.c tests/support/stub-server.h
tests_support_libsyncline_stub_la_CPPFLAGS = $(test_cppflags)
tests_support_libsyncline_stub_la_LIBADD = $(GLIB_LIBS)
