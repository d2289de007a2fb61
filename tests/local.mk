# SPDX-FileCopyrightText: 2026 The Syncline authors
# SPDX-License-Identifier: MIT

# Tests are programs that print TAP. unit/ needs nothing but code, contract/ runs one suite for every
# plugin of a kind, pipeline/ needs the local stack (and skips without), build/ looks at what was built.

test_cppflags = $(AM_CPPFLAGS) -I$(top_srcdir) -I$(top_srcdir)/plugins -I$(top_srcdir)/tests \
	-DG_LOG_DOMAIN='"SynclineTest"' -UG_DISABLE_ASSERT
test_ldadd = core/libsyncline.la $(GLIB_LIBS)
# For tests of what is not public. Such a program must not load plugins: they bring the shared library.
internal_test_ldadd = core/libsyncline-core.la $(GLIB_LIBS)

LOG_DRIVER = env AM_TAP_AWK='$(AWK)' $(SHELL) $(top_srcdir)/build-aux/tap-driver.sh --merge
TEST_EXTENSIONS = .sh .py
SH_LOG_DRIVER = $(LOG_DRIVER)
SH_LOG_COMPILER = $(SHELL)

AM_TESTS_ENVIRONMENT = \
	SYNCLINE_PLUGIN_PATH='$(abs_top_builddir)/plugins/.libs'; export SYNCLINE_PLUGIN_PATH; \
	SYNCLINE_COMMAND='$(abs_top_builddir)/cli/syncline'; export SYNCLINE_COMMAND; \
	SYNCLINE_PRINT_CODES='$(abs_top_builddir)/plugins/postgrest-upload/print-codes'; export SYNCLINE_PRINT_CODES; \
	G_TEST_SRCDIR='$(abs_top_srcdir)'; export G_TEST_SRCDIR; \
	G_TEST_BUILDDIR='$(abs_top_builddir)'; export G_TEST_BUILDDIR; \
	G_DEBUG=fatal-warnings; export G_DEBUG; \
	LSAN_OPTIONS='suppressions=$(abs_top_srcdir)/tests/support/lsan.supp:print_suppressions=0'; \
	export LSAN_OPTIONS;

include tests/support/local.mk
include tests/unit/local.mk
include tests/fuzz/local.mk
include tests/contract/local.mk
include tests/engine/local.mk
include tests/pipeline/local.mk
include tests/differential/local.mk
include tests/bindings/local.mk
include tests/bench/local.mk
include tests/build/local.mk
