# SPDX-FileCopyrightText: 2026 The Syncline authors
# SPDX-License-Identifier: MIT

EXTRA_DIST += \
	%D%/architecture.md \
	%D%/configuration.md \
	%D%/local-data.md \
	%D%/mocks.md \
	%D%/uploads.md
