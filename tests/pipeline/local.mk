# SPDX-FileCopyrightText: 2026 The Syncline authors
# SPDX-License-Identifier: MIT

# The whole pipeline on the stack that the environment names; without one these programs skip
# themselves. Those that stop services start stacks of their own.

check_LTLIBRARIES += tests/pipeline/libpipeline.la
tests_pipeline_libpipeline_la_SOURCES = \
	tests/pipeline/device.c \
	tests/pipeline/pipeline.h \
	tests/pipeline/process.c \
	tests/pipeline/server.c \
	tests/pipeline/stack.c
tests_pipeline_libpipeline_la_CPPFLAGS = $(test_cppflags) $(JSON_CFLAGS)
tests_pipeline_libpipeline_la_LIBADD = $(GLIB_LIBS) $(JSON_LIBS)

pipeline_cppflags = $(test_cppflags) $(JSON_CFLAGS)
pipeline_ldadd = tests/pipeline/libpipeline.la $(test_ldadd) $(JSON_LIBS)

pipeline_programs = \
	tests/pipeline/calls \
	tests/pipeline/devices \
	tests/pipeline/download \
	tests/pipeline/kills \
	tests/pipeline/operate \
	tests/pipeline/other-database \
	tests/pipeline/other-postgrest \
	tests/pipeline/programs \
	tests/pipeline/refused \
	tests/pipeline/secrets \
	tests/pipeline/sealed \
	tests/pipeline/session \
	tests/pipeline/upload \
	tests/pipeline/values \
	tests/pipeline/weather
check_PROGRAMS += $(pipeline_programs)
TESTS += $(pipeline_programs)

tests_pipeline_calls_CPPFLAGS = $(pipeline_cppflags)
tests_pipeline_calls_LDADD = $(pipeline_ldadd)
tests_pipeline_devices_CPPFLAGS = $(pipeline_cppflags)
tests_pipeline_devices_LDADD = $(pipeline_ldadd)
tests_pipeline_download_CPPFLAGS = $(pipeline_cppflags)
tests_pipeline_download_LDADD = $(pipeline_ldadd)
tests_pipeline_kills_CPPFLAGS = $(pipeline_cppflags)
tests_pipeline_kills_LDADD = $(pipeline_ldadd)
tests_pipeline_operate_CPPFLAGS = $(pipeline_cppflags)
tests_pipeline_operate_LDADD = $(pipeline_ldadd)
tests_pipeline_other_database_CPPFLAGS = $(pipeline_cppflags)
tests_pipeline_other_database_LDADD = $(pipeline_ldadd)
tests_pipeline_other_postgrest_CPPFLAGS = $(pipeline_cppflags)
tests_pipeline_other_postgrest_LDADD = $(pipeline_ldadd)
tests_pipeline_programs_CPPFLAGS = $(pipeline_cppflags)
tests_pipeline_programs_LDADD = $(pipeline_ldadd)
tests_pipeline_refused_CPPFLAGS = $(pipeline_cppflags)
tests_pipeline_refused_LDADD = $(pipeline_ldadd)
tests_pipeline_sealed_CPPFLAGS = $(pipeline_cppflags)
tests_pipeline_sealed_LDADD = $(pipeline_ldadd)
tests_pipeline_secrets_CPPFLAGS = $(pipeline_cppflags)
tests_pipeline_secrets_LDADD = $(pipeline_ldadd)
tests_pipeline_session_CPPFLAGS = $(pipeline_cppflags)
tests_pipeline_session_LDADD = $(pipeline_ldadd)
tests_pipeline_upload_CPPFLAGS = $(pipeline_cppflags)
tests_pipeline_upload_LDADD = $(pipeline_ldadd)
tests_pipeline_values_CPPFLAGS = $(pipeline_cppflags)
tests_pipeline_values_LDADD = $(pipeline_ldadd)
tests_pipeline_weather_CPPFLAGS = $(pipeline_cppflags)
tests_pipeline_weather_LDADD = $(pipeline_ldadd)

EXTRA_DIST += \
	tests/pipeline/other/migrations/20260201000000_plant.sql \
	tests/pipeline/other/schema.conf \
	tests/pipeline/other/sync-rules.yaml \
	tests/pipeline/values/migrations/20260301000000_values.sql \
	tests/pipeline/values/schema.conf \
	tests/pipeline/values/sync-rules.yaml

# These alone, on a stack that is not the local one: those that start, stop or order about stacks of
# their own stay out.
pipeline_elsewhere = $(filter-out tests/pipeline/other-database tests/pipeline/sealed tests/pipeline/session tests/pipeline/values tests/pipeline/weather,$(pipeline_programs))
.PHONY: check-pipeline
check-pipeline:
	$(MAKE) $(AM_MAKEFLAGS) check TESTS='$(pipeline_elsewhere)'
