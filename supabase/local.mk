# SPDX-FileCopyrightText: 2026 The Syncline authors
# SPDX-License-Identifier: MIT

EXTRA_DIST += \
	%D%/config.toml \
	%D%/migrations/20260110000000_lists_and_todos.sql \
	%D%/migrations/20260111000000_powersync_publication.sql \
	%D%/migrations/20260112000000_syncline_apply.sql \
	%D%/powersync-sync-rules.yaml \
	%D%/seed.sql
