# SPDX-FileCopyrightText: 2026 The Syncline authors
# SPDX-License-Identifier: MIT

# Syncline against the official core. Skipped where that is not installed.
check_PROGRAMS += tests/differential/driver
tests_differential_driver_SOURCES = %D%/driver.c %D%/observed.c %D%/observed.h
tests_differential_driver_CPPFLAGS = $(test_cppflags)
tests_differential_driver_LDADD = $(test_ldadd)

TESTS += tests/differential/run
CLEANFILES += tests/differential/differential-*.json
EXTRA_DIST += \
	%D%/README.md \
	%D%/bson.js \
	%D%/buckets.js \
	%D%/compare.js \
	%D%/generate.js \
	%D%/main.js \
	%D%/official.js \
	%D%/package-lock.json \
	%D%/package.json \
	%D%/player.js \
	%D%/random.js \
	%D%/run \
	%D%/schema.js \
	%D%/service.js \
	%D%/shrink.js \
	%D%/syncline.js \
	%D%/uploads.js \
	%D%/values.js \
	%D%/worker.js \
	%D%/world.js
