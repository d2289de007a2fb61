# SPDX-FileCopyrightText: 2026 The Syncline authors
# SPDX-License-Identifier: MIT

# The whole engine on mocks that are linked in.
check_PROGRAMS += tests/engine/engine
TESTS += tests/engine/engine
tests_engine_engine_SOURCES = %D%/engine.c
tests_engine_engine_CPPFLAGS = $(test_cppflags) $(JSON_CFLAGS)
tests_engine_engine_LDADD = \
	plugins/mock-transport/libsyncline-mock-transport.la \
	plugins/mock-auth/libsyncline-mock-auth.la \
	$(test_ldadd) $(JSON_LIBS)

check_PROGRAMS += tests/engine/streams
TESTS += tests/engine/streams
tests_engine_streams_SOURCES = %D%/streams.c
tests_engine_streams_CPPFLAGS = $(test_cppflags) $(JSON_CFLAGS)
tests_engine_streams_LDADD = \
	plugins/mock-transport/libsyncline-mock-transport.la \
	plugins/mock-auth/libsyncline-mock-auth.la \
	$(test_ldadd) $(JSON_LIBS)

check_PROGRAMS += tests/engine/rejections
TESTS += tests/engine/rejections
tests_engine_rejections_SOURCES = %D%/rejections.c
tests_engine_rejections_CPPFLAGS = $(test_cppflags) $(JSON_CFLAGS)
tests_engine_rejections_LDADD = \
	plugins/mock-transport/libsyncline-mock-transport.la \
	plugins/mock-auth/libsyncline-mock-auth.la \
	$(test_ldadd) $(JSON_LIBS)

# A whole client, of real plugins, before a scripted service.
check_PROGRAMS += tests/engine/wire
TESTS += tests/engine/wire
tests_engine_wire_SOURCES = %D%/wire.c %D%/wire-fixture.c %D%/wire.h
tests_engine_wire_CPPFLAGS = $(test_cppflags)
tests_engine_wire_LDADD = tests/support/libsyncline-stub.la $(test_ldadd)
