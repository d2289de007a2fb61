# SPDX-FileCopyrightText: 2026 The Syncline authors
# SPDX-License-Identifier: MIT

check_PROGRAMS += tests/unit/json-pull
TESTS += tests/unit/json-pull
tests_unit_json_pull_SOURCES = \
	tests/unit/json-pull.c \
	tests/unit/json-pull-compare.c tests/unit/json-pull-compare.h
tests_unit_json_pull_CPPFLAGS = $(test_cppflags) $(JSON_CFLAGS)
tests_unit_json_pull_LDADD = plugins/common/libsyncline-json.la $(test_ldadd) $(JSON_LIBS)

# The same, as built for machines without SSE2.
check_PROGRAMS += tests/unit/json-pull-portable
TESTS += tests/unit/json-pull-portable
tests_unit_json_pull_portable_SOURCES = $(tests_unit_json_pull_SOURCES) \
	$(plugins_common_libsyncline_json_la_SOURCES)
tests_unit_json_pull_portable_CPPFLAGS = $(tests_unit_json_pull_CPPFLAGS) -U__SSE2__
tests_unit_json_pull_portable_LDADD = $(test_ldadd) $(JSON_LIBS)

# HTTP for plugins, against the stub server.
http_tests = tests/unit/http tests/unit/http-connect tests/unit/http-stream
check_PROGRAMS += $(http_tests)
TESTS += $(http_tests)
net_test_ldadd = plugins/common/libsyncline-http.la tests/support/libsyncline-stub.la \
	tests/support/libsyncline-fake-host.la $(test_ldadd)
tests_unit_http_CPPFLAGS = $(test_cppflags)
tests_unit_http_LDADD = $(net_test_ldadd)
tests_unit_http_connect_CPPFLAGS = $(test_cppflags)
tests_unit_http_connect_LDADD = $(net_test_ldadd)
tests_unit_http_stream_CPPFLAGS = $(test_cppflags)
tests_unit_http_stream_LDADD = $(net_test_ldadd)

# The engine's parts.
engine_tests = tests/unit/backoff tests/unit/checkpoint tests/unit/lane
check_PROGRAMS += $(engine_tests)
TESTS += $(engine_tests)
tests_unit_backoff_CPPFLAGS = $(test_cppflags)
tests_unit_backoff_LDADD = $(internal_test_ldadd)
tests_unit_checkpoint_CPPFLAGS = $(test_cppflags)
tests_unit_checkpoint_LDADD = $(internal_test_ldadd)
tests_unit_lane_CPPFLAGS = $(test_cppflags)
tests_unit_lane_LDADD = $(internal_test_ldadd)

# Config, schema and plugins.
EXTRA_DIST += tests/unit/data/mistakes.conf tests/unit/data/mistakes-schema.conf
host_test_support = tests/unit/scratch.c tests/unit/scratch.h \
	tests/unit/test-plugins.c tests/unit/test-plugins.h
include tests/unit/broken/local.mk
host_tests = tests/unit/config tests/unit/log tests/unit/options tests/unit/registry \
	tests/unit/schema tests/unit/setup
check_PROGRAMS += $(host_tests)
TESTS += $(host_tests)
tests_unit_config_SOURCES = tests/unit/config.c $(host_test_support)
tests_unit_config_CPPFLAGS = $(test_cppflags)
tests_unit_config_LDADD = $(test_ldadd)
check_PROGRAMS += tests/unit/column-seal
TESTS += tests/unit/column-seal
tests_unit_column_seal_SOURCES = tests/unit/column-seal.c $(column_seal_sources)
tests_unit_column_seal_CPPFLAGS = $(test_cppflags) $(SODIUM_CFLAGS)
tests_unit_column_seal_LDADD = $(column_seal_libadd) \
	tests/support/libsyncline-fake-host.la $(test_ldadd)

# The plugins of the way up, built into the tests, with a host of their own.
check_PROGRAMS += tests/unit/json-normalizer
TESTS += tests/unit/json-normalizer
tests_unit_json_normalizer_SOURCES = tests/unit/json-normalizer.c $(json_normalizer_sources)
tests_unit_json_normalizer_CPPFLAGS = $(test_cppflags)
tests_unit_json_normalizer_LDADD = plugins/common/libsyncline-json.la \
	tests/support/libsyncline-fake-host.la $(test_ldadd)

postgrest_upload_tests = tests/unit/postgrest-look \
	tests/unit/postgrest-upload tests/unit/postgrest-upload-answers \
	tests/unit/postgrest-upload-call tests/unit/postgrest-upload-split
check_PROGRAMS += $(postgrest_upload_tests)
TESTS += $(postgrest_upload_tests)
postgrest_upload_test_sources = $(postgrest_upload_sources) \
	tests/unit/postgrest-upload-fixture.c tests/unit/postgrest-upload-fixture.h
postgrest_upload_test_ldadd = plugins/common/libsyncline-json.la plugins/common/libsyncline-http.la \
	tests/support/libsyncline-stub.la tests/support/libsyncline-fake-host.la $(test_ldadd)
tests_unit_postgrest_look_SOURCES = tests/unit/postgrest-look.c $(postgrest_upload_test_sources)
tests_unit_postgrest_look_CPPFLAGS = $(test_cppflags)
tests_unit_postgrest_look_LDADD = $(postgrest_upload_test_ldadd)
tests_unit_postgrest_upload_SOURCES = tests/unit/postgrest-upload.c $(postgrest_upload_test_sources)
tests_unit_postgrest_upload_CPPFLAGS = $(test_cppflags)
tests_unit_postgrest_upload_LDADD = $(postgrest_upload_test_ldadd)

# The command.
check_PROGRAMS += tests/unit/cli tests/unit/cli-mock tests/unit/cli-offline tests/unit/cli-statements
TESTS += tests/unit/cli tests/unit/cli-mock tests/unit/cli-offline tests/unit/cli-statements
cli_test_support = tests/unit/cli-support.c tests/unit/cli-support.h
tests_unit_cli_SOURCES = tests/unit/cli.c $(cli_test_support)
tests_unit_cli_CPPFLAGS = $(test_cppflags) $(JSON_CFLAGS)
tests_unit_cli_LDADD = $(test_ldadd) $(JSON_LIBS)
tests_unit_cli_mock_SOURCES = tests/unit/cli-mock.c $(cli_test_support)
tests_unit_cli_mock_CPPFLAGS = $(test_cppflags) $(JSON_CFLAGS)
tests_unit_cli_mock_LDADD = $(test_ldadd) $(JSON_LIBS)
tests_unit_cli_offline_SOURCES = tests/unit/cli-offline.c $(cli_test_support)
tests_unit_cli_offline_CPPFLAGS = $(test_cppflags) $(JSON_CFLAGS)
tests_unit_cli_offline_LDADD = $(test_ldadd) $(JSON_LIBS)
tests_unit_cli_statements_SOURCES = tests/unit/cli-statements.c cli/statements.c cli/statements.h
tests_unit_cli_statements_CPPFLAGS = $(test_cppflags)
tests_unit_cli_statements_LDADD = $(GLIB_LIBS)
# The decoder of download streams.
check_PROGRAMS += tests/unit/ndjson
TESTS += tests/unit/ndjson
decoder_test_ldadd = plugins/powersync-download/libsyncline-decoder.la $(test_ldadd)
tests_unit_ndjson_SOURCES = \
	tests/unit/ndjson.c \
	tests/unit/ndjson-trace.c tests/unit/ndjson-trace.h
tests_unit_ndjson_CPPFLAGS = $(test_cppflags)
tests_unit_ndjson_LDADD = $(decoder_test_ldadd)

check_PROGRAMS += tests/unit/bson
TESTS += tests/unit/bson
tests_unit_bson_SOURCES = \
	tests/unit/bson.c \
	tests/unit/bson-build.c tests/unit/bson-build.h \
	tests/unit/ndjson-trace.c tests/unit/ndjson-trace.h
tests_unit_bson_CPPFLAGS = $(test_cppflags) $(JSON_CFLAGS)
tests_unit_bson_LDADD = $(decoder_test_ldadd) $(JSON_LIBS)

powersync_download_tests = tests/unit/powersync-download tests/unit/powersync-download-bytes \
	tests/unit/powersync-download-numbers
check_PROGRAMS += $(powersync_download_tests)
TESTS += $(powersync_download_tests)
powersync_download_test_sources = \
	plugins/powersync-download/plugin.c \
	tests/unit/bson-build.c tests/unit/bson-build.h \
	tests/unit/ndjson-trace.c tests/unit/ndjson-trace.h \
	tests/unit/powersync-download-fixture.c tests/unit/powersync-download-fixture.h
powersync_download_test_cppflags = $(test_cppflags) $(JSON_CFLAGS) $(CURL_CFLAGS)
powersync_download_test_ldadd = plugins/powersync-download/libsyncline-downloader.la \
	tests/support/libsyncline-stub.la tests/support/libsyncline-fake-host.la \
	$(test_ldadd) $(JSON_LIBS) $(CURL_LIBS)
tests_unit_powersync_download_SOURCES = tests/unit/powersync-download.c \
	$(powersync_download_test_sources)
tests_unit_powersync_download_CPPFLAGS = $(powersync_download_test_cppflags)
tests_unit_powersync_download_LDADD = $(powersync_download_test_ldadd)
tests_unit_powersync_download_bytes_SOURCES = tests/unit/powersync-download-bytes.c \
	$(powersync_download_test_sources)
tests_unit_powersync_download_bytes_CPPFLAGS = $(powersync_download_test_cppflags)
tests_unit_powersync_download_bytes_LDADD = $(powersync_download_test_ldadd)
tests_unit_powersync_download_numbers_SOURCES = tests/unit/powersync-download-numbers.c \
	$(powersync_download_test_sources)
tests_unit_powersync_download_numbers_CPPFLAGS = $(powersync_download_test_cppflags)
tests_unit_powersync_download_numbers_LDADD = $(powersync_download_test_ldadd)
tests_unit_registry_SOURCES = tests/unit/registry.c $(host_test_support)
tests_unit_registry_CPPFLAGS = $(test_cppflags)
tests_unit_registry_LDADD = $(test_ldadd)
tests_unit_schema_SOURCES = tests/unit/schema.c tests/unit/scratch.c tests/unit/scratch.h
tests_unit_schema_CPPFLAGS = $(test_cppflags)
tests_unit_schema_LDADD = $(test_ldadd)
tests_unit_log_SOURCES = tests/unit/log.c
tests_unit_log_CPPFLAGS = $(test_cppflags)
tests_unit_log_LDADD = $(internal_test_ldadd)
tests_unit_options_SOURCES = tests/unit/options.c tests/unit/scratch.c tests/unit/scratch.h
tests_unit_options_CPPFLAGS = $(test_cppflags)
tests_unit_options_LDADD = $(internal_test_ldadd)
tests_unit_setup_SOURCES = tests/unit/setup.c $(host_test_support)
tests_unit_setup_CPPFLAGS = $(test_cppflags)
tests_unit_setup_LDADD = $(internal_test_ldadd)
tests_unit_postgrest_upload_answers_SOURCES = tests/unit/postgrest-upload-answers.c \
	$(postgrest_upload_test_sources)
tests_unit_postgrest_upload_answers_CPPFLAGS = $(test_cppflags)
tests_unit_postgrest_upload_answers_LDADD = $(postgrest_upload_test_ldadd)
tests_unit_postgrest_upload_call_SOURCES = tests/unit/postgrest-upload-call.c \
	$(postgrest_upload_test_sources)
tests_unit_postgrest_upload_call_CPPFLAGS = $(test_cppflags)
tests_unit_postgrest_upload_call_LDADD = $(postgrest_upload_test_ldadd)
tests_unit_postgrest_upload_split_SOURCES = tests/unit/postgrest-upload-split.c \
	$(postgrest_upload_test_sources)
tests_unit_postgrest_upload_split_CPPFLAGS = $(test_cppflags)
tests_unit_postgrest_upload_split_LDADD = $(postgrest_upload_test_ldadd)

# The auth plugins, as modules, against the stub server.
supabase_auth_tests = tests/unit/supabase-auth-answers tests/unit/supabase-auth-browser tests/unit/supabase-auth-file tests/unit/supabase-auth-refresh \
	tests/unit/supabase-auth-sign
check_PROGRAMS += $(supabase_auth_tests)
TESTS += $(supabase_auth_tests)
supabase_auth_fixture = tests/unit/supabase-auth-fixture.c tests/unit/supabase-auth-fixture.h
supabase_auth_test_ldadd = tests/support/libsyncline-stub.la $(test_ldadd) $(JSON_LIBS)
tests_unit_supabase_auth_answers_SOURCES = tests/unit/supabase-auth-answers.c $(supabase_auth_fixture)
tests_unit_supabase_auth_answers_CPPFLAGS = $(test_cppflags) $(JSON_CFLAGS)
tests_unit_supabase_auth_answers_LDADD = $(supabase_auth_test_ldadd)
tests_unit_supabase_auth_browser_SOURCES = tests/unit/supabase-auth-browser.c $(supabase_auth_fixture)
tests_unit_supabase_auth_browser_CPPFLAGS = $(test_cppflags) $(JSON_CFLAGS)
tests_unit_supabase_auth_browser_LDADD = $(supabase_auth_test_ldadd)
tests_unit_supabase_auth_sign_SOURCES = tests/unit/supabase-auth-sign.c $(supabase_auth_fixture)
tests_unit_supabase_auth_sign_CPPFLAGS = $(test_cppflags) $(JSON_CFLAGS)
tests_unit_supabase_auth_sign_LDADD = $(supabase_auth_test_ldadd)
tests_unit_supabase_auth_refresh_SOURCES = tests/unit/supabase-auth-refresh.c $(supabase_auth_fixture)
tests_unit_supabase_auth_refresh_CPPFLAGS = $(test_cppflags) $(JSON_CFLAGS)
tests_unit_supabase_auth_refresh_LDADD = $(supabase_auth_test_ldadd)

tests_unit_supabase_auth_file_SOURCES = tests/unit/supabase-auth-file.c $(supabase_auth_fixture)
tests_unit_supabase_auth_file_CPPFLAGS = $(test_cppflags) $(JSON_CFLAGS)
tests_unit_supabase_auth_file_LDADD = $(supabase_auth_test_ldadd)

check_PROGRAMS += tests/unit/jwt
TESTS += tests/unit/jwt
tests_unit_jwt_CPPFLAGS = $(test_cppflags) $(JSON_CFLAGS)
tests_unit_jwt_LDADD = plugins/common/libsyncline-token.la $(test_ldadd) $(JSON_LIBS)

check_PROGRAMS += tests/unit/static-auth
TESTS += tests/unit/static-auth
tests_unit_static_auth_CPPFLAGS = $(test_cppflags)
tests_unit_static_auth_LDADD = $(test_ldadd)

# The local store, loaded as a module.
sqlite_store_tests = tests/unit/sqlite-store-buckets tests/unit/sqlite-store-capture \
	tests/unit/sqlite-store-changes tests/unit/sqlite-store-external \
	tests/unit/sqlite-store-first tests/unit/sqlite-store-kill tests/unit/sqlite-store-model tests/unit/sqlite-store-others \
	tests/unit/sqlite-store-queue tests/unit/sqlite-store-schema
check_PROGRAMS += $(sqlite_store_tests)
TESTS += $(sqlite_store_tests)
sqlite_store_test_cppflags = $(test_cppflags) $(SQLITE_CFLAGS)
sqlite_store_test_ldadd = $(test_ldadd) $(SQLITE_LIBS)
sqlite_store_test_support = tests/unit/sqlite-store-fixture.c tests/unit/sqlite-store-fixture.h
tests_unit_sqlite_store_buckets_SOURCES = tests/unit/sqlite-store-buckets.c $(sqlite_store_test_support)
tests_unit_sqlite_store_buckets_CPPFLAGS = $(sqlite_store_test_cppflags)
tests_unit_sqlite_store_buckets_LDADD = $(sqlite_store_test_ldadd)
tests_unit_sqlite_store_changes_SOURCES = tests/unit/sqlite-store-changes.c $(sqlite_store_test_support)
tests_unit_sqlite_store_changes_CPPFLAGS = $(sqlite_store_test_cppflags)
tests_unit_sqlite_store_changes_LDADD = $(sqlite_store_test_ldadd)
tests_unit_sqlite_store_capture_SOURCES = tests/unit/sqlite-store-capture.c $(sqlite_store_test_support)
tests_unit_sqlite_store_capture_CPPFLAGS = $(sqlite_store_test_cppflags)
tests_unit_sqlite_store_capture_LDADD = $(sqlite_store_test_ldadd)
tests_unit_sqlite_store_first_SOURCES = tests/unit/sqlite-store-first.c $(sqlite_store_test_support)
tests_unit_sqlite_store_first_CPPFLAGS = $(sqlite_store_test_cppflags)
tests_unit_sqlite_store_first_LDADD = $(sqlite_store_test_ldadd)
tests_unit_sqlite_store_kill_SOURCES = tests/unit/sqlite-store-kill.c $(sqlite_store_test_support)
tests_unit_sqlite_store_kill_CPPFLAGS = $(sqlite_store_test_cppflags)
tests_unit_sqlite_store_kill_LDADD = $(sqlite_store_test_ldadd)
tests_unit_sqlite_store_model_SOURCES = tests/unit/sqlite-store-model.c $(sqlite_store_test_support)
tests_unit_sqlite_store_model_CPPFLAGS = $(sqlite_store_test_cppflags)
tests_unit_sqlite_store_model_LDADD = $(sqlite_store_test_ldadd)
tests_unit_sqlite_store_queue_SOURCES = tests/unit/sqlite-store-queue.c $(sqlite_store_test_support)
tests_unit_sqlite_store_queue_CPPFLAGS = $(sqlite_store_test_cppflags)
tests_unit_sqlite_store_queue_LDADD = $(sqlite_store_test_ldadd)
tests_unit_sqlite_store_schema_SOURCES = tests/unit/sqlite-store-schema.c $(sqlite_store_test_support)
tests_unit_sqlite_store_schema_CPPFLAGS = $(sqlite_store_test_cppflags)
tests_unit_sqlite_store_schema_LDADD = $(sqlite_store_test_ldadd)
tests_unit_sqlite_store_external_SOURCES = tests/unit/sqlite-store-external.c $(sqlite_store_test_support)
tests_unit_sqlite_store_external_CPPFLAGS = $(sqlite_store_test_cppflags)
tests_unit_sqlite_store_external_LDADD = $(sqlite_store_test_ldadd)
tests_unit_sqlite_store_others_SOURCES = tests/unit/sqlite-store-others.c $(sqlite_store_test_support)
tests_unit_sqlite_store_others_CPPFLAGS = $(sqlite_store_test_cppflags)
tests_unit_sqlite_store_others_LDADD = $(sqlite_store_test_ldadd)

# The command as a service, with the mock plugins.
check_PROGRAMS += tests/unit/cli-observe
TESTS += tests/unit/cli-observe
tests_unit_cli_observe_SOURCES = tests/unit/cli-observe.c $(cli_test_support)
tests_unit_cli_observe_CPPFLAGS = $(test_cppflags) $(JSON_CFLAGS)
tests_unit_cli_observe_LDADD = $(test_ldadd) $(JSON_LIBS)

check_PROGRAMS += tests/unit/cli-progress
TESTS += tests/unit/cli-progress
tests_unit_cli_progress_SOURCES = tests/unit/cli-progress.c cli/progress.c cli/progress.h cli/terminal.c cli/terminal.h \
	$(cli_test_support)
tests_unit_cli_progress_CPPFLAGS = $(test_cppflags) $(JSON_CFLAGS)
tests_unit_cli_progress_LDADD = tests/support/libsyncline-stub.la $(test_ldadd) $(JSON_LIBS)

check_PROGRAMS += tests/unit/cli-schema
TESTS += tests/unit/cli-schema
tests_unit_cli_schema_SOURCES = tests/unit/cli-schema.c $(cli_test_support)
tests_unit_cli_schema_CPPFLAGS = $(test_cppflags) $(JSON_CFLAGS)
tests_unit_cli_schema_LDADD = $(test_ldadd) $(JSON_LIBS)

check_PROGRAMS += tests/unit/cli-service
TESTS += tests/unit/cli-service
tests_unit_cli_service_SOURCES = tests/unit/cli-service.c tests/unit/cli-support.c tests/unit/cli-support.h
tests_unit_cli_service_CPPFLAGS = $(test_cppflags) $(JSON_CFLAGS)
tests_unit_cli_service_LDADD = $(test_ldadd) $(JSON_LIBS)
# What a process that does not sync tells of the one that does.
check_PROGRAMS += tests/unit/cli-explain
TESTS += tests/unit/cli-explain
tests_unit_cli_explain_SOURCES = tests/unit/cli-explain.c tests/unit/cli-support.c tests/unit/cli-support.h
tests_unit_cli_explain_CPPFLAGS = $(test_cppflags) $(JSON_CFLAGS)
tests_unit_cli_explain_LDADD = $(test_ldadd) $(JSON_LIBS)

# The queue, change by change.
check_PROGRAMS += tests/unit/cli-queue
TESTS += tests/unit/cli-queue
tests_unit_cli_queue_SOURCES = tests/unit/cli-queue.c tests/unit/cli-support.c tests/unit/cli-support.h
tests_unit_cli_queue_CPPFLAGS = $(test_cppflags) $(JSON_CFLAGS)
tests_unit_cli_queue_LDADD = $(test_ldadd) $(JSON_LIBS)

# The sync streams, before a scripted service.
check_PROGRAMS += tests/unit/cli-streams
TESTS += tests/unit/cli-streams
tests_unit_cli_streams_SOURCES = tests/unit/cli-streams.c $(cli_test_support)
tests_unit_cli_streams_CPPFLAGS = $(test_cppflags) $(JSON_CFLAGS)
tests_unit_cli_streams_LDADD = tests/support/libsyncline-stub.la $(test_ldadd) $(JSON_LIBS)

check_PROGRAMS += tests/unit/cli-login
TESTS += tests/unit/cli-login
tests_unit_cli_login_SOURCES = tests/unit/cli-login.c $(cli_test_support) $(supabase_auth_fixture)
tests_unit_cli_login_CPPFLAGS = $(test_cppflags) $(JSON_CFLAGS)
tests_unit_cli_login_LDADD = $(supabase_auth_test_ldadd)

# Live queries.
live_tests = tests/unit/live-model tests/unit/live-query
check_PROGRAMS += $(live_tests) tests/unit/query-rows
TESTS += $(live_tests) tests/unit/query-rows
live_test_support = tests/unit/live-fixture.c tests/unit/live-fixture.h tests/unit/scratch.c tests/unit/scratch.h
tests_unit_live_model_SOURCES = tests/unit/live-model.c $(live_test_support)
tests_unit_live_model_CPPFLAGS = $(sqlite_store_test_cppflags)
tests_unit_live_model_LDADD = $(sqlite_store_test_ldadd)
tests_unit_live_query_SOURCES = tests/unit/live-query.c $(live_test_support)
tests_unit_live_query_CPPFLAGS = $(sqlite_store_test_cppflags)
tests_unit_live_query_LDADD = $(sqlite_store_test_ldadd)
tests_unit_query_rows_CPPFLAGS = $(test_cppflags) -I$(top_srcdir)/core
tests_unit_query_rows_LDADD = $(internal_test_ldadd)

check_PROGRAMS += tests/unit/client-async
TESTS += tests/unit/client-async
tests_unit_client_async_SOURCES = tests/unit/client-async.c $(live_test_support)
tests_unit_client_async_CPPFLAGS = $(test_cppflags)
tests_unit_client_async_LDADD = $(test_ldadd)
