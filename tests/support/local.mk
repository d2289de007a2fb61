# SPDX-FileCopyrightText: 2026 The Syncline authors
# SPDX-License-Identifier: MIT

EXTRA_DIST += tests/support/lsan.supp

# A scripted HTTP server; link with tests/support/libsyncline-stub.la.
check_LTLIBRARIES += tests/support/libsyncline-stub.la
tests_support_libsyncline_stub_la_SOURCES = \
	tests/support/stub-answer.c \
	tests/support/stub-http.c tests/support/stub-http.h \
	tests/support/stub-private.h \
	tests/support/stub-serve.c \
	tests/support/stub-server.c tests/support/stub-server.h \
	tests/support/stub-stream.c
tests_support_libsyncline_stub_la_CPPFLAGS = $(test_cppflags)
tests_support_libsyncline_stub_la_LIBADD = $(GLIB_LIBS)

# A host for one plugin; link with tests/support/libsyncline-fake-host.la, before the library.
check_LTLIBRARIES += tests/support/libsyncline-fake-host.la
tests_support_libsyncline_fake_host_la_SOURCES = tests/support/fake-host.c tests/support/fake-host.h
tests_support_libsyncline_fake_host_la_CPPFLAGS = $(test_cppflags)
tests_support_libsyncline_fake_host_la_LIBADD = $(GLIB_LIBS)
