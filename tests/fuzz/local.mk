# SPDX-FileCopyrightText: 2026 The Syncline authors
# SPDX-License-Identifier: MIT

# Fuzzers of whatever reads bytes from outside. "make check" replays their corpora. To search for more:
#   ./configure CC=clang --enable-sanitizers=fuzzer-no-link,address,undefined && make fuzz
# runs each for FUZZ_SECONDS; what it finds is kept in the build directory, and a crash fails.

EXTRA_DIST += tests/fuzz/corpus tests/fuzz/json.dict

fuzz_cppflags = $(test_cppflags) $(JSON_CFLAGS)
fuzz_json_pull_sources = tests/fuzz/json-pull.c tests/fuzz/fuzz.h \
	tests/unit/json-pull-compare.c tests/unit/json-pull-compare.h
fuzz_json_pull_ldadd = plugins/common/libsyncline-json.la $(test_ldadd) $(JSON_LIBS)
fuzz_decoder_sources = tests/fuzz/decoder.c tests/fuzz/decoder.h tests/fuzz/fuzz.h \
	tests/unit/ndjson-trace.c tests/unit/ndjson-trace.h
fuzz_decoder_ldadd = $(decoder_test_ldadd)
fuzz_apply_sources = tests/fuzz/apply.c tests/fuzz/apply-store.c tests/fuzz/apply-store.h \
	tests/fuzz/fuzz.h core/checkpoint.c core/checkpoint.h

# --- Replayed by make check ----------------------------------------------------------------------

replays = tests/fuzz/replay-json-pull tests/fuzz/replay-ndjson tests/fuzz/replay-bson \
	tests/fuzz/replay-apply
check_PROGRAMS += $(replays)
TESTS += $(replays)
tests_fuzz_replay_json_pull_SOURCES = tests/fuzz/replay.c $(fuzz_json_pull_sources)
tests_fuzz_replay_json_pull_CPPFLAGS = $(fuzz_cppflags)
tests_fuzz_replay_json_pull_LDADD = $(fuzz_json_pull_ldadd)
tests_fuzz_replay_ndjson_SOURCES = tests/fuzz/replay.c tests/fuzz/ndjson.c $(fuzz_decoder_sources)
tests_fuzz_replay_ndjson_CPPFLAGS = $(fuzz_cppflags)
tests_fuzz_replay_ndjson_LDADD = $(fuzz_decoder_ldadd)
tests_fuzz_replay_bson_SOURCES = tests/fuzz/replay.c tests/fuzz/bson.c $(fuzz_decoder_sources)
tests_fuzz_replay_bson_CPPFLAGS = $(fuzz_cppflags)
tests_fuzz_replay_bson_LDADD = $(fuzz_decoder_ldadd)
tests_fuzz_replay_apply_SOURCES = tests/fuzz/replay.c $(fuzz_apply_sources)
tests_fuzz_replay_apply_CPPFLAGS = $(fuzz_cppflags)
tests_fuzz_replay_apply_LDADD = $(fuzz_decoder_ldadd)

# What the way up and the session read.
fuzz_normalizer_sources = tests/fuzz/normalizer.c tests/fuzz/fuzz.h $(json_normalizer_sources)
fuzz_normalizer_ldadd = plugins/common/libsyncline-json.la $(test_ldadd)
fuzz_jwt_sources = tests/fuzz/jwt.c tests/fuzz/fuzz.h
fuzz_jwt_ldadd = plugins/common/libsyncline-token.la $(test_ldadd) $(JSON_LIBS)
fuzz_session_sources = tests/fuzz/session.c tests/fuzz/fuzz.h \
	plugins/supabase-auth/seal.c plugins/supabase-auth/seal.h \
	plugins/supabase-auth/session.c plugins/supabase-auth/session.h
fuzz_session_cppflags = $(fuzz_cppflags) $(SODIUM_CFLAGS)
fuzz_session_ldadd = plugins/common/libsyncline-seal.la $(fuzz_jwt_ldadd) $(SODIUM_LIBS)

session_replays = tests/fuzz/replay-jwt tests/fuzz/replay-normalizer tests/fuzz/replay-session
check_PROGRAMS += $(session_replays)
TESTS += $(session_replays)
tests_fuzz_replay_jwt_SOURCES = tests/fuzz/replay.c $(fuzz_jwt_sources)
tests_fuzz_replay_jwt_CPPFLAGS = $(fuzz_cppflags)
tests_fuzz_replay_jwt_LDADD = $(fuzz_jwt_ldadd)
tests_fuzz_replay_normalizer_SOURCES = tests/fuzz/replay.c $(fuzz_normalizer_sources)
tests_fuzz_replay_normalizer_CPPFLAGS = $(fuzz_cppflags)
tests_fuzz_replay_normalizer_LDADD = $(fuzz_normalizer_ldadd)
tests_fuzz_replay_session_SOURCES = tests/fuzz/replay.c $(fuzz_session_sources)
tests_fuzz_replay_session_CPPFLAGS = $(fuzz_session_cppflags)
tests_fuzz_replay_session_LDADD = $(fuzz_session_ldadd)

session_fuzzers = tests/fuzz/fuzz-jwt tests/fuzz/fuzz-normalizer tests/fuzz/fuzz-session
EXTRA_PROGRAMS += $(session_fuzzers)
CLEANFILES += $(session_fuzzers)
tests_fuzz_fuzz_jwt_SOURCES = $(fuzz_jwt_sources)
tests_fuzz_fuzz_jwt_CPPFLAGS = $(fuzz_cppflags)
tests_fuzz_fuzz_jwt_LDFLAGS = $(fuzz_ldflags)
tests_fuzz_fuzz_jwt_LDADD = $(fuzz_jwt_ldadd)
tests_fuzz_fuzz_normalizer_SOURCES = $(fuzz_normalizer_sources)
tests_fuzz_fuzz_normalizer_CPPFLAGS = $(fuzz_cppflags)
tests_fuzz_fuzz_normalizer_LDFLAGS = $(fuzz_ldflags)
tests_fuzz_fuzz_normalizer_LDADD = $(fuzz_normalizer_ldadd)
tests_fuzz_fuzz_session_SOURCES = $(fuzz_session_sources)
tests_fuzz_fuzz_session_CPPFLAGS = $(fuzz_session_cppflags)
tests_fuzz_fuzz_session_LDFLAGS = $(fuzz_ldflags)
tests_fuzz_fuzz_session_LDADD = $(fuzz_session_ldadd)

# --- Searched by make fuzz -----------------------------------------------------------------------

FUZZ_SECONDS = 60
fuzzers = tests/fuzz/fuzz-json-pull tests/fuzz/fuzz-ndjson tests/fuzz/fuzz-bson \
	tests/fuzz/fuzz-apply
EXTRA_PROGRAMS += $(fuzzers)
CLEANFILES += $(fuzzers)
fuzz_ldflags = $(AM_LDFLAGS) -fsanitize=fuzzer
tests_fuzz_fuzz_json_pull_SOURCES = $(fuzz_json_pull_sources)
tests_fuzz_fuzz_json_pull_CPPFLAGS = $(fuzz_cppflags)
tests_fuzz_fuzz_json_pull_LDFLAGS = $(fuzz_ldflags)
tests_fuzz_fuzz_json_pull_LDADD = $(fuzz_json_pull_ldadd)
tests_fuzz_fuzz_ndjson_SOURCES = tests/fuzz/ndjson.c $(fuzz_decoder_sources)
tests_fuzz_fuzz_ndjson_CPPFLAGS = $(fuzz_cppflags)
tests_fuzz_fuzz_ndjson_LDFLAGS = $(fuzz_ldflags)
tests_fuzz_fuzz_ndjson_LDADD = $(fuzz_decoder_ldadd)
tests_fuzz_fuzz_bson_SOURCES = tests/fuzz/bson.c $(fuzz_decoder_sources)
tests_fuzz_fuzz_bson_CPPFLAGS = $(fuzz_cppflags)
tests_fuzz_fuzz_bson_LDFLAGS = $(fuzz_ldflags)
tests_fuzz_fuzz_bson_LDADD = $(fuzz_decoder_ldadd)
tests_fuzz_fuzz_apply_SOURCES = $(fuzz_apply_sources)
tests_fuzz_fuzz_apply_CPPFLAGS = $(fuzz_cppflags)
tests_fuzz_fuzz_apply_LDFLAGS = $(fuzz_ldflags)
tests_fuzz_fuzz_apply_LDADD = $(fuzz_decoder_ldadd)

.PHONY: fuzz
fuzz: $(fuzzers) $(session_fuzzers) plugins/sqlite-store.la
	@for name in json-pull ndjson bson apply jwt normalizer session; do \
	  $(MKDIR_P) tests/fuzz/found/$$name; \
	  SYNCLINE_PLUGIN_PATH='$(abs_top_builddir)/plugins/.libs' \
	  tests/fuzz/fuzz-$$name -max_total_time=$(FUZZ_SECONDS) -print_final_stats=1 \
	    -dict=$(srcdir)/tests/fuzz/json.dict -artifact_prefix=tests/fuzz/found/$$name- \
	    tests/fuzz/found/$$name $(srcdir)/tests/fuzz/corpus/$$name || exit 1; \
	done
