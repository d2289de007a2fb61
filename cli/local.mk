# SPDX-FileCopyrightText: 2026 The Syncline authors
# SPDX-License-Identifier: MIT

# The command: one file a verb, one table of verbs. What it shares with the library beyond the public
# interface is compiled again.

bin_PROGRAMS += cli/syncline
cli_syncline_SOURCES = \
	%D%/browser.c %D%/browser.h \
	%D%/cli.h \
	%D%/client.c \
	%D%/command.h %D%/commands.c \
	%D%/command-check.c \
	%D%/command-clear.c \
	%D%/command-explain.c \
	%D%/command-help.c \
	%D%/command-init.c \
	%D%/command-login.c \
	%D%/command-logout.c \
	%D%/command-plugins.c \
	%D%/command-queue.c \
	%D%/command-queue-show.c \
	%D%/command-run.c \
	%D%/command-schema.c \
	%D%/command-sql.c \
	%D%/command-stats.c \
	%D%/command-status.c \
	%D%/command-streams.c \
	%D%/command-sync.c \
	%D%/command-top.c \
	%D%/command-version.c \
	%D%/command-watch.c \
	%D%/command-whoami.c \
	%D%/completions.c \
	%D%/describe.c %D%/describe.h \
	%D%/exit-codes.c \
	%D%/help.c \
	%D%/json.c %D%/json.h \
	%D%/log-writer.c %D%/log-writer.h \
	%D%/main.c \
	%D%/manual.c %D%/manual.h \
	%D%/manual-options.c \
	%D%/messages.c \
	%D%/migrations.c %D%/migrations.h \
	%D%/notify.c %D%/notify.h \
	%D%/option-text.c %D%/option-text.h \
	%D%/pg-sql.c %D%/pg-sql.h \
	%D%/progress.c %D%/progress.h \
	%D%/prompt.c \
	%D%/reporter.c %D%/reporter.h \
	%D%/result.c %D%/result.h \
	%D%/rows.c %D%/rows.h \
	%D%/schema-edit.c %D%/schema-edit.h \
	%D%/statements.c %D%/statements.h \
	%D%/stats.c %D%/stats.h \
	%D%/tables.c %D%/tables.h \
	%D%/templates.c %D%/templates.h \
	%D%/terminal.c %D%/terminal.h \
	%D%/user.c %D%/user.h \
	core/column-type.c \
	core/nearest.c \
	core/option-value.c \
	core/secret.c \
	core/table-options.c
cli_syncline_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir) $(JSON_CFLAGS) -DG_LOG_DOMAIN='"Syncline"'
cli_syncline_LDADD = core/libsyncline.la $(JSON_LIBS) $(GLIB_LIBS)

# Where each shell looks by itself. The name says which shell, so bash's is installed without its ending.
zshcompletiondir = $(datadir)/zsh/site-functions
dist_zshcompletion_DATA = %D%/completions/_syncline
fishcompletiondir = $(datadir)/fish/vendor_completions.d
dist_fishcompletion_DATA = %D%/completions/syncline.fish
bashcompletiondir = $(datadir)/bash-completion/completions
EXTRA_DIST += %D%/completions/syncline.bash
install-data-local: install-bash-completion
install-bash-completion:
	$(MKDIR_P) $(DESTDIR)$(bashcompletiondir)
	$(INSTALL_DATA) $(srcdir)/cli/completions/syncline.bash $(DESTDIR)$(bashcompletiondir)/syncline
uninstall-local: uninstall-bash-completion
uninstall-bash-completion:
	rm -f $(DESTDIR)$(bashcompletiondir)/syncline
.PHONY: install-bash-completion uninstall-bash-completion
