# SPDX-FileCopyrightText: 2026 The Syncline authors
# SPDX-License-Identifier: MIT

EXTRA_DIST += \
	%D%/LOCAL_SUPABASE_POWERSYNC_E2E.md \
	%D%/architecture.md \
	%D%/configuration.md \
	%D%/deployment.md \
	%D%/embedded.md \
	%D%/explain.md \
	%D%/hosts.md \
	%D%/live-queries.md \
	%D%/local-data.md \
	%D%/other-postgrest.md \
	%D%/schema-sync-policy.md \
	%D%/sealed-columns.md \
	%D%/security.md \
	%D%/sessions.md \
	%D%/service.md \
	%D%/statistics.md \
	%D%/mocks.md \
	%D%/performance.md \
	%D%/python.md \
	%D%/uploads.md

# Made from the tables that the command goes by, and kept in the tree, so that a build needs no more than
# the tarball has. tests/build/generated.sh fails when they are stale.
dist_man_MANS = \
	%D%/man/syncline.1 \
	%D%/man/syncline-client.3 \
	%D%/man/syncline-config.3 \
	%D%/man/syncline-error.3 \
	%D%/man/syncline-schema.3 \
	%D%/man/syncline-status.3 \
	%D%/man/syncline.conf.5 \
	%D%/man/syncline-schema.5 \
	%D%/man/syncline-log.7 \
	%D%/man/syncline-plugin.7 \
	%D%/man/syncline-statistics.7
EXTRA_DIST += %D%/api-page.awk %D%/regenerate.sh

.PHONY: regenerate
regenerate: cli/syncline$(EXEEXT) $(plugin_LTLIBRARIES) plugins/postgrest-upload/print-codes$(EXEEXT)
	SYNCLINE_COMMAND='$(abs_top_builddir)/cli/syncline' \
		SYNCLINE_PRINT_CODES='$(abs_top_builddir)/plugins/postgrest-upload/print-codes' SYNCLINE_PLUGIN_PATH='$(abs_top_builddir)/plugins/.libs' \
		$(SHELL) $(srcdir)/docs/regenerate.sh $(srcdir) $(srcdir)
