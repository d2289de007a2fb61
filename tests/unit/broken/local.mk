# SPDX-FileCopyrightText: 2026 The Syncline authors
# SPDX-License-Identifier: MIT

# Plugins that must not be used, each for a reason of its own; "sound" and "newer" may. They are never
# installed: -rpath only makes libtool build them as shared modules.

EXTRA_DIST += tests/unit/broken/broken.h
broken_ldflags = $(AM_LDFLAGS) -module -avoid-version -shared -rpath /nowhere
check_LTLIBRARIES += \
	tests/unit/broken/sound.la \
	tests/unit/broken/wrong-magic.la \
	tests/unit/broken/wrong-abi.la \
	tests/unit/broken/too-small.la \
	tests/unit/broken/wrong-kind.la \
	tests/unit/broken/other-name.la \
	tests/unit/broken/no-version.la \
	tests/unit/broken/no-methods.la \
	tests/unit/broken/no-destroy.la \
	tests/unit/broken/no-method-size.la \
	tests/unit/broken/missing-method.la \
	tests/unit/broken/wrong-option.la \
	tests/unit/broken/wrong-default.la \
	tests/unit/broken/no-symbol.la \
	tests/unit/broken/newer.la

tests_unit_broken_sound_la_SOURCES = tests/unit/broken/sound.c
tests_unit_broken_sound_la_CPPFLAGS = $(AM_CPPFLAGS)
tests_unit_broken_sound_la_LDFLAGS = $(broken_ldflags)

tests_unit_broken_wrong_magic_la_SOURCES = tests/unit/broken/wrong-magic.c
tests_unit_broken_wrong_magic_la_CPPFLAGS = $(AM_CPPFLAGS)
tests_unit_broken_wrong_magic_la_LDFLAGS = $(broken_ldflags)

tests_unit_broken_wrong_abi_la_SOURCES = tests/unit/broken/wrong-abi.c
tests_unit_broken_wrong_abi_la_CPPFLAGS = $(AM_CPPFLAGS)
tests_unit_broken_wrong_abi_la_LDFLAGS = $(broken_ldflags)

tests_unit_broken_too_small_la_SOURCES = tests/unit/broken/too-small.c
tests_unit_broken_too_small_la_CPPFLAGS = $(AM_CPPFLAGS)
tests_unit_broken_too_small_la_LDFLAGS = $(broken_ldflags)

tests_unit_broken_wrong_kind_la_SOURCES = tests/unit/broken/wrong-kind.c
tests_unit_broken_wrong_kind_la_CPPFLAGS = $(AM_CPPFLAGS)
tests_unit_broken_wrong_kind_la_LDFLAGS = $(broken_ldflags)

tests_unit_broken_other_name_la_SOURCES = tests/unit/broken/other-name.c
tests_unit_broken_other_name_la_CPPFLAGS = $(AM_CPPFLAGS)
tests_unit_broken_other_name_la_LDFLAGS = $(broken_ldflags)

tests_unit_broken_no_version_la_SOURCES = tests/unit/broken/no-version.c
tests_unit_broken_no_version_la_CPPFLAGS = $(AM_CPPFLAGS)
tests_unit_broken_no_version_la_LDFLAGS = $(broken_ldflags)

tests_unit_broken_no_methods_la_SOURCES = tests/unit/broken/no-methods.c
tests_unit_broken_no_methods_la_CPPFLAGS = $(AM_CPPFLAGS)
tests_unit_broken_no_methods_la_LDFLAGS = $(broken_ldflags)

tests_unit_broken_no_destroy_la_SOURCES = tests/unit/broken/no-destroy.c
tests_unit_broken_no_destroy_la_CPPFLAGS = $(AM_CPPFLAGS)
tests_unit_broken_no_destroy_la_LDFLAGS = $(broken_ldflags)

tests_unit_broken_no_method_size_la_SOURCES = tests/unit/broken/no-method-size.c
tests_unit_broken_no_method_size_la_CPPFLAGS = $(AM_CPPFLAGS)
tests_unit_broken_no_method_size_la_LDFLAGS = $(broken_ldflags)

tests_unit_broken_missing_method_la_SOURCES = tests/unit/broken/missing-method.c
tests_unit_broken_missing_method_la_CPPFLAGS = $(AM_CPPFLAGS)
tests_unit_broken_missing_method_la_LDFLAGS = $(broken_ldflags)

tests_unit_broken_wrong_option_la_SOURCES = tests/unit/broken/wrong-option.c
tests_unit_broken_wrong_option_la_CPPFLAGS = $(AM_CPPFLAGS)
tests_unit_broken_wrong_option_la_LDFLAGS = $(broken_ldflags)

tests_unit_broken_wrong_default_la_SOURCES = tests/unit/broken/wrong-default.c
tests_unit_broken_wrong_default_la_CPPFLAGS = $(AM_CPPFLAGS)
tests_unit_broken_wrong_default_la_LDFLAGS = $(broken_ldflags)

tests_unit_broken_no_symbol_la_SOURCES = tests/unit/broken/no-symbol.c
tests_unit_broken_no_symbol_la_CPPFLAGS = $(AM_CPPFLAGS)
tests_unit_broken_no_symbol_la_LDFLAGS = $(broken_ldflags)

tests_unit_broken_newer_la_SOURCES = tests/unit/broken/newer.c
tests_unit_broken_newer_la_CPPFLAGS = $(AM_CPPFLAGS)
tests_unit_broken_newer_la_LDFLAGS = $(broken_ldflags)
