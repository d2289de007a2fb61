# SPDX-FileCopyrightText: 2026 The Syncline authors
# SPDX-License-Identifier: MIT

check_PROGRAMS += tests/bindings/interface
TESTS += tests/bindings/interface
tests_bindings_interface_SOURCES = %D%/interface.c
tests_bindings_interface_CPPFLAGS = $(test_cppflags)
tests_bindings_interface_LDADD = $(test_ldadd)

# In Python, where PyGObject and the introspection data are.
PY_LOG_DRIVER = $(LOG_DRIVER)
PY_LOG_COMPILER = $(SHELL) $(top_srcdir)/tests/bindings/run.sh
python_tests = \
	tests/bindings/example.py \
	tests/bindings/offline.py \
	tests/bindings/sync.py
TESTS += $(python_tests)
EXTRA_DIST += $(python_tests) %D%/run.sh %D%/support.py
