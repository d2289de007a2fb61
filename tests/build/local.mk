# SPDX-FileCopyrightText: 2026 The Syncline authors
# SPDX-License-Identifier: MIT

build_tests = \
	tests/build/debian.sh \
	tests/build/generated.sh \
	tests/build/links.sh \
	tests/build/introspection.sh \
	tests/build/pkgconfig.sh \
	tests/build/readme.sh \
	tests/build/reasons.sh \
	tests/build/spdx.sh \
	tests/build/symbols.sh \
	tests/build/units.sh
TESTS += $(build_tests)
EXTRA_DIST += $(build_tests) tests/build/tap.sh core/libsyncline.sym
