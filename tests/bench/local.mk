# SPDX-FileCopyrightText: 2026 The Syncline authors
# SPDX-License-Identifier: MIT

# `make bench` measures; nothing of it is built or run otherwise.
bench_programs = \
	tests/bench/first-sync \
	tests/bench/floor \
	tests/bench/make-stream \
	tests/bench/one-change \
	tests/bench/latency \
	tests/bench/live-queries \
	tests/bench/notice \
	tests/bench/queue \
	tests/bench/uploads \
	tests/bench/waits
EXTRA_PROGRAMS += $(bench_programs)
CLEANFILES += $(bench_programs)
EXTRA_DIST += \
	%D%/README.md \
	%D%/first-sync.mjs \
	%D%/latency.mjs \
	%D%/live-queries.mjs \
	%D%/live.mjs \
	%D%/local-writes.mjs \
	%D%/main.mjs \
	%D%/official.mjs \
	%D%/one-change.mjs \
	%D%/replay.mjs \
	%D%/run \
	%D%/scans.mjs \
	%D%/stack.mjs \
	%D%/uploads.mjs

bench_cppflags = $(test_cppflags)
bench_sync = %D%/lines.c %D%/lines.h %D%/rows.c %D%/rows.h %D%/sync.c %D%/sync.h
bench_ldadd = plugins/powersync-download/libsyncline-decoder.la $(test_ldadd)

tests_bench_first_sync_SOURCES = %D%/first-sync.c $(bench_sync)
tests_bench_first_sync_CPPFLAGS = $(bench_cppflags)
tests_bench_first_sync_LDADD = $(bench_ldadd)
tests_bench_floor_SOURCES = %D%/floor.c $(bench_sync)
tests_bench_floor_CPPFLAGS = $(bench_cppflags) $(SQLITE_CFLAGS)
tests_bench_floor_LDADD = $(bench_ldadd) $(SQLITE_LIBS)
tests_bench_make_stream_SOURCES = %D%/make-stream.c %D%/lines.c %D%/lines.h %D%/rows.c %D%/rows.h
tests_bench_make_stream_CPPFLAGS = $(bench_cppflags)
tests_bench_make_stream_LDADD = $(GLIB_LIBS)
tests_bench_one_change_SOURCES = %D%/one-change.c $(bench_sync)
tests_bench_one_change_CPPFLAGS = $(bench_cppflags)
tests_bench_one_change_LDADD = $(bench_ldadd)
tests_bench_latency_SOURCES = %D%/latency.c
tests_bench_latency_CPPFLAGS = $(bench_cppflags)
tests_bench_latency_LDADD = $(test_ldadd)
tests_bench_live_queries_SOURCES = %D%/live-queries.c
tests_bench_live_queries_CPPFLAGS = $(bench_cppflags)
tests_bench_live_queries_LDADD = $(test_ldadd)
tests_bench_notice_SOURCES = %D%/notice.c %D%/rows.c %D%/rows.h
tests_bench_notice_CPPFLAGS = $(bench_cppflags)
tests_bench_notice_LDADD = tests/support/libsyncline-stub.la $(test_ldadd)
tests_bench_queue_SOURCES = %D%/queue.c %D%/rows.c %D%/rows.h
tests_bench_queue_CPPFLAGS = $(bench_cppflags)
tests_bench_queue_LDADD = $(test_ldadd)
tests_bench_uploads_SOURCES = %D%/uploads.c
tests_bench_uploads_CPPFLAGS = $(bench_cppflags)
tests_bench_uploads_LDADD = $(test_ldadd)
tests_bench_waits_SOURCES = %D%/waits.c $(bench_sync)
tests_bench_waits_CPPFLAGS = $(bench_cppflags) $(SQLITE_CFLAGS)
tests_bench_waits_LDADD = $(bench_ldadd) $(SQLITE_LIBS)

.PHONY: bench
bench: all $(bench_programs)
	@SYNCLINE_PLUGIN_PATH='$(abs_top_builddir)/plugins/.libs' G_TEST_BUILDDIR='$(abs_top_builddir)' \
		$(SHELL) $(srcdir)/tests/bench/run
	@$(MAKE) $(AM_MAKEFLAGS) print-size

# A simulation that needs nothing but the code of the back-off.
EXTRA_PROGRAMS += tests/bench/fleet
CLEANFILES += tests/bench/fleet
tests_bench_fleet_SOURCES = %D%/fleet.c
tests_bench_fleet_CPPFLAGS = $(bench_cppflags)
tests_bench_fleet_LDADD = $(internal_test_ldadd)
.PHONY: fleet
fleet: tests/bench/fleet
	@tests/bench/fleet
