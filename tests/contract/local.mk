# SPDX-FileCopyrightText: 2026 The Syncline authors
# SPDX-License-Identifier: MIT

# The suites, one for each kind of plugin.
check_LTLIBRARIES += tests/contract/libsyncline-contract.la
tests_contract_libsyncline_contract_la_SOURCES = \
	%D%/auth-contract.c %D%/auth-contract.h \
	%D%/contract.c %D%/contract.h \
	%D%/serializer-contract.c %D%/serializer-contract.h \
	%D%/store-buckets.c \
	%D%/store-contract.h \
	%D%/store-fixture.c \
	%D%/store-gate.c \
	%D%/store-life.c \
	%D%/store-private.h \
	%D%/store-queue.c \
	%D%/store-threads.c \
	%D%/transport-contract.c %D%/transport-contract.h
tests_contract_libsyncline_contract_la_CPPFLAGS = $(test_cppflags) $(JSON_CFLAGS)
tests_contract_libsyncline_contract_la_LIBADD = $(GLIB_LIBS) $(JSON_LIBS)

contract_store_fixtures = %D%/store-fixtures.c %D%/store-fixtures.h
contract_ldadd = tests/contract/libsyncline-contract.la $(test_ldadd)

# And what runs them for a plugin.
check_PROGRAMS += tests/contract/mock-store
TESTS += tests/contract/mock-store
tests_contract_mock_store_SOURCES = %D%/mock-store.c $(contract_store_fixtures)
tests_contract_mock_store_CPPFLAGS = $(test_cppflags)
tests_contract_mock_store_LDADD = $(contract_ldadd)

check_PROGRAMS += tests/contract/sqlite-store tests/contract/sqlite-store-bulk
TESTS += tests/contract/sqlite-store tests/contract/sqlite-store-bulk
tests_contract_sqlite_store_SOURCES = %D%/sqlite-store.c $(contract_store_fixtures)
tests_contract_sqlite_store_CPPFLAGS = $(test_cppflags)
tests_contract_sqlite_store_LDADD = $(contract_ldadd)
tests_contract_sqlite_store_bulk_SOURCES = %D%/sqlite-store-bulk.c $(contract_store_fixtures)
tests_contract_sqlite_store_bulk_CPPFLAGS = $(test_cppflags)
tests_contract_sqlite_store_bulk_LDADD = $(contract_ldadd)

# The same random things done to both.
check_PROGRAMS += tests/contract/store-differential
TESTS += tests/contract/store-differential
tests_contract_store_differential_SOURCES = %D%/store-differential.c $(contract_store_fixtures)
tests_contract_store_differential_CPPFLAGS = $(test_cppflags)
tests_contract_store_differential_LDADD = $(contract_ldadd)

check_PROGRAMS += tests/contract/mock-transport
TESTS += tests/contract/mock-transport
tests_contract_mock_transport_CPPFLAGS = $(test_cppflags) $(JSON_CFLAGS)
tests_contract_mock_transport_LDADD = plugins/mock-transport/libsyncline-mock-transport.la $(contract_ldadd)

check_PROGRAMS += tests/contract/postgrest-upload tests/contract/powersync-download
TESTS += tests/contract/postgrest-upload tests/contract/powersync-download
contract_net_ldadd = tests/support/libsyncline-stub.la $(contract_ldadd)
tests_contract_postgrest_upload_CPPFLAGS = $(test_cppflags)
tests_contract_postgrest_upload_LDADD = $(contract_net_ldadd)
tests_contract_powersync_download_CPPFLAGS = $(test_cppflags)
tests_contract_powersync_download_LDADD = $(contract_net_ldadd)

check_PROGRAMS += tests/contract/mock-auth tests/contract/supabase-auth tests/contract/serializers
TESTS += tests/contract/mock-auth tests/contract/supabase-auth tests/contract/serializers
tests_contract_mock_auth_CPPFLAGS = $(test_cppflags) $(JSON_CFLAGS)
tests_contract_mock_auth_LDADD = plugins/mock-auth/libsyncline-mock-auth.la $(contract_ldadd)
tests_contract_supabase_auth_CPPFLAGS = $(test_cppflags)
tests_contract_supabase_auth_LDADD = $(contract_net_ldadd)
tests_contract_serializers_CPPFLAGS = $(test_cppflags)
tests_contract_serializers_LDADD = $(contract_ldadd)

# The mock server's own promises.
check_PROGRAMS += tests/contract/mock-server
TESTS += tests/contract/mock-server
tests_contract_mock_server_CPPFLAGS = $(test_cppflags) $(JSON_CFLAGS)
tests_contract_mock_server_LDADD = plugins/mock-transport/libsyncline-mock-transport.la $(contract_ldadd)
