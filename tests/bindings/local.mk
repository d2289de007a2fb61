# SPDX-FileCopyrightText: 2026 The Syncline authors
# SPDX-License-Identifier: MIT

check_PROGRAMS += tests/bindings/interface
TESTS += tests/bindings/interface
tests_bindings_interface_SOURCES = %D%/interface.c
tests_bindings_interface_CPPFLAGS = $(test_cppflags)
tests_bindings_interface_LDADD = $(test_ldadd)
