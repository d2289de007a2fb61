# SPDX-FileCopyrightText: 2026 The Syncline authors
# SPDX-License-Identifier: MIT

check_PROGRAMS += tests/unit/json-pull
TESTS += tests/unit/json-pull
tests_unit_json_pull_SOURCES = tests/unit/json-pull.c
tests_unit_json_pull_CPPFLAGS = $(test_cppflags) $(JSON_CFLAGS)
tests_unit_json_pull_LDADD = plugins/common/libsyncline-json.la $(test_ldadd) $(JSON_LIBS)
