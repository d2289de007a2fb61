# SPDX-FileCopyrightText: 2026 The Syncline authors
# SPDX-License-Identifier: MIT

# The suites, one for each kind of plugin.
check_LTLIBRARIES += tests/contract/libsyncline-contract.la
tests_contract_libsyncline_contract_la_SOURCES = \
	%D%/contract.c %D%/contract.h \
	%D%/store-buckets.c \
	%D%/store-contract.h \
	%D%/store-fixture.c \
	%D%/store-gate.c \
	%D%/store-life.c \
	%D%/store-private.h \
	%D%/store-queue.c \
	%D%/store-threads.c
tests_contract_libsyncline_contract_la_CPPFLAGS = $(test_cppflags)
tests_contract_libsyncline_contract_la_LIBADD = tests/support/libsyncline-fake-host.la

contract_ldadd = tests/contract/libsyncline-contract.la $(test_ldadd)

# And what runs them for a plugin.
check_PROGRAMS += tests/contract/mock-store
TESTS += tests/contract/mock-store
tests_contract_mock_store_CPPFLAGS = $(test_cppflags)
tests_contract_mock_store_LDADD = $(contract_ldadd)
